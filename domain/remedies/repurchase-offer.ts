import { overHolders } from '../gates';
import type { DealCase, Remedy } from '../remedy';
import { interestOnExcess } from './transfer-between-investors';

/**
 * R4: the firm offers to buy the excess back at cost with interest, and holds it for the short.
 *
 * Source: docs/remedies.md, R4: the cash needed is all excess and its interest.
 */
export const repurchaseOffer: Remedy = {
  id: 'R4',
  name: 'repurchase offer',
  notYetOffered: 'an offer has to stay open for weeks, and answers cannot be taken yet',
  terms: (deal) => ({
    gets: {
      over: 'cost with interest, less income received, if they accept',
      under: 'nothing by itself: the units are held for them at cost',
    },
    cost: interestOnExcess(deal),
    cashNeed: excessOf(deal) + interestOnExcess(deal),
    consents: ['each holder of excess'],
    days: 30,
    risk: { level: 'medium', reason: 'the firm’s conflict is disclosed; may be a tender offer' },
    silenceMeans: 'not accepted',
  }),
  gates: () => [],
  lines: () => [],
};

function excessOf(deal: DealCase): bigint {
  return overHolders(deal).reduce((sum, { delta }) => sum + delta, 0n);
}
