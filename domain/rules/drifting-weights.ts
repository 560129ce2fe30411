import { cascadeColumns } from '../kernel/cascade-columns';
import { inTiers } from '../tiers';
import { cascade, type Basis } from './cascade';
import type { Rule } from './rule';

/**
 * Distributes and first redistributes by average, and by request from the second redistribution on.
 *
 * Ensures: the total is kept, so only a deal with three rounds shows it.
 */
export const driftingWeights: Rule = {
  id: 'drifting-weights',
  summary: 'from the second redistribution on, shares follow requests instead of averages',
  allocate: (allocation, asks) =>
    inTiers({
      allocation,
      asks,
      veterans: (available, veterans) => {
        return cascade({ available, asks: veterans, basisOf });
      },
    }),
  inColumns: (deal, shares) => cascadeColumns(deal, { shares, cascade: { basisOf } }),
};

function basisOf(round: number): Basis {
  return round <= 1 ? 'average' : 'requested';
}
