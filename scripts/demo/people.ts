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
