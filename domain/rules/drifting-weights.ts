import { inTiers } from '../tiers';
import { cascade } from './cascade';
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
        const basisOf = (round: number) => (round <= 1 ? 'average' : 'requested');
        return cascade({ available, asks: veterans, basisOf });
      },
    }),
};
