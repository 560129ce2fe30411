import type { Remedy } from '../remedy';

/**
 * R6: those who have too little are offered the rest, once the units for it are secured.
 *
 * Source: docs/remedies.md, R6.
 */
export const topUpOffer: Remedy = {
  id: 'R6',
  name: 'top-up offer',
  notYetOffered: 'units have to be secured by R3 or R4 first, and answers cannot be taken yet',
  terms: () => ({
    gets: { over: 'nothing', under: 'the missing units at cost, if they accept' },
    cost: 0n,
    cashNeed: 0n,
    consents: ['each short holder, on a signed document'],
    days: 45,
    risk: { level: 'low', reason: 'a new sale of units: fresh disclosure, fresh accreditation' },
    silenceMeans: 'no',
  }),
  gates: () => [],
  lines: () => [],
};
