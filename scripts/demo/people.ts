import type { Hands } from './hands';

/** Seven people of the drill, each with a key of their own. */
export const drillPeople = {
  olga: { name: 'Olga Lindner', role: 'on-call' },
  erik: { name: 'Erik Sand', role: 'engineering' },
  carla: { name: 'Carla Nunes', role: 'customer-success' },
  omar: { name: 'Omar Haddad', role: 'operations' },
  finn: { name: 'Finn Byrne', role: 'finance' },
  lena: { name: 'Lena Vogt', role: 'legal' },
  maya: { name: 'Maya Iyer', role: 'management' },
} as const;
/** Whom a command of the drill may be signed by. */
export type DrillPerson = keyof typeof drillPeople;

/** The admin enrols all seven. */
export async function enrol(hands: Hands): Promise<void> {
  for (const [id, { name, role }] of Object.entries(drillPeople)) {
    const mail = `${id}@makewhole.example`;
    await hands.run(['people', 'add', id, '--name', name, '--mail', mail, '--role', role]);
  }
}

/** What each team answers on its form. */
export const formAnswers = {
  'customer-success': {
    person: 'carla',
    answers: {
      customersAsked: 'One investor asked why the share was below the last one.',
      effectOnCustomers: 'Two investors hold other shares than the agreement gives them.',
      promised: 'Nothing beyond an answer.',
    },
  },
  engineering: {
    person: 'erik',
    answers: {
      where: 'Redistribution in the allocator: weights drift to requests from the second round on.',
      liveSince: 'Version 2024.2',
      introducedBy: 'A change to the redistribution loop, reviewed without a deep cascade.',
      tests: 'Samples had one round of redistribution at most.',
    },
  },
  operations: {
    person: 'omar',
    answers: {
      effectOnBusiness: 'Compensation from the firm; one register to correct.',
      legal: 'The fresh deal has a redistribution clause, the older one has none.',
      moneyMoving: 'No wires are open on either deal.',
    },
  },
} as const;
