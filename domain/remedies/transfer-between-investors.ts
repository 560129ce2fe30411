import { overHolders } from '../gates';
import { interestFor } from '../mark';
import type { DealCase, Remedy } from '../remedy';

/**
 * R3: those who have too much sell it to those who have too little, both by their own choice.
 *
 * Source: docs/remedies.md, R3.
 */
export const transferBetweenInvestors: Remedy = {
  id: 'R3',
  name: 'transfer between investors',
  notYetOffered: 'both sides choose, and their answers cannot be taken yet',
  terms: (deal) => ({
    gets: {
      over: 'cost of the excess back, with interest, if they choose to sell',
      under: 'the missing units at cost, if they choose to buy',
    },
    cost: interestOnExcess(deal),
    cashNeed: interestOnExcess(deal),
    consents: ['both sides', 'the general partner', 'whoever has a right of first refusal'],
    days: 45,
    risk: { level: 'medium', reason: 'hangs on two answers and on third parties’ waivers' },
    silenceMeans: 'no',
  }),
  gates: () => [],
  lines: () => [],
};

/** The firm's interest on all the capital that would come back, from the closing to payment. */
export function interestOnExcess(deal: DealCase): bigint {
  return overHolders(deal).reduce((sum, { delta }) => {
    return sum + interestFor(deal, { principal: delta, from: deal.closedOn }).amount;
  }, 0n);
}
