import { addDays } from '../../domain/calendar';

/**
 * What each team answers on its form. Operations has looked at this year's deals only, and has its
 * own idea of when it was first known: neither agrees with the scan, or with customer success.
 */
export function formAnswers({ today, old, fresh }: { today: string; old: string; fresh: string }) {
  const day = (offset: number) => addDays(today, offset);
  const call = { on: day(-2), through: 'a call of investor E to support' };
  const noReader = { noImpact: 'every reader of the table of shares', lookedBy: 'platform' };
  return {
    'customer-success': {
      person: 'carla',
      answers: {
        deals: [old, fresh],
        firstKnown: call,
        complaints: [
          { investor: 'E', deal: fresh, on: day(-2), said: 'My share is smaller than last time.' },
          { investor: 'D', deal: old, on: day(-1), said: 'I seem to hold more than I was due.' },
        ],
        promised: 'An answer within a week; nothing about amounts.',
        customersMoney: 'Two investors hold other shares than the agreement gives them.',
        customersRights: 'Both are owed a share by formula in every deal they sign up for.',
        business: noImpactOf('talks and commitments under way', 'account managers'),
      },
    },
    engineering: {
      person: 'erik',
      answers: {
        deals: [old, fresh],
        firstKnown: call,
        where: 'Redistribution in the allocator: weights drift to requests from the second round.',
        since: { ruleVersion: '2024.2', on: day(-760) },
        introducedBy: 'release-2024.2',
        undetected: 'No sample had more than one round of redistribution.',
        elsewhere: noReader,
        serviceDown: false,
        fix: 'Back to prorate@1; every past deal is replayed before it goes live.',
        prevention: 'Add samples with three rounds of redistribution to the tests of the allocator',
      },
    },
    operations: {
      person: 'omar',
      answers: {
        deals: [fresh],
        firstKnown: { on: day(-1), through: 'our own reconciliation' },
        moneyMoving: noImpactOf('wires and distributions of 30 days', 'payments'),
        records: 'Bank and register agree up to yesterday, with the wrong shares in both.',
        customersMoney: 'Whoever got too little of a deal that gained has lost the gain.',
        customersRights: 'The fresh deal has a redistribution clause, the older one has none.',
        businessMoney: 'Compensation from the firm; one register to correct.',
        businessLaw: 'A claim is to be expected where there is no clause.',
        reports: [{ to: 'the insurer', about: 'notice of circumstances', due: day(14) }],
        serviceDown: false,
      },
    },
  } as const;
}

const noImpactOf = (looked: string, lookedBy: string) => ({ noImpact: looked, lookedBy });
