import { cascadeColumns } from '../kernel/cascade-columns';
import { inTiers } from '../tiers';
import { cascade } from './cascade';
import type { Rule } from './rule';

/**
 * Caps, redistributes once, caps, and leaves what that second cap cut off unused.
 *
 * Ensures: a deal that covers all requests is right; people without history see only what nobody
 * with one wants, never what was stranded.
 */
export const singleRedistribution: Rule = {
  id: 'single-redistribution',
  summary: 'what the first cap frees is shared once more and never again: money is stranded',
  allocate: (allocation, asks) => {
    const wanted = asks.reduce((sum, ask) => sum + ask.requested, 0n);
    if (allocation >= wanted) return inTiers({ allocation, asks });
    return inTiers({
      allocation,
      asks,
      veterans: (available, veterans) => {
        return cascade({ available, asks: veterans, ...once });
      },
    });
  },
  inColumns: (deal, shares) => {
    const wanted = deal.requested.reduce((sum, request) => sum + request, 0);
    if (deal.allocation < wanted) return cascadeColumns(deal, { shares, cascade: once });
    shares.set(deal.requested);
    return true;
  },
};

const once = { basisOf: () => 'average' as const, redistributionMax: 1 };
