import { cascadeColumns } from '../kernel/cascade-columns';
import { inTiers } from '../tiers';
import { cascade, type Basis } from './cascade';
import type { Rule } from './rule';

/**
 * Distributes by average, and by request in every redistribution.
 *
 * Ensures: the total is kept; a deal in which the first round caps somebody and leaves several
 * open shows it.
 */
export const requestWeights: Rule = {
  id: 'request-weights',
  summary: 'every redistribution follows requests instead of averages',
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
  return round === 0 ? 'average' : 'requested';
}
