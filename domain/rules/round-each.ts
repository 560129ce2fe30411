import { divideColumns, type CutTier } from '../kernel/divide-columns';
import { divideHalfEven } from '../money';
import { inTiers } from '../tiers';
import type { Rule } from './rule';

/** Rounds every share by itself, halves to even, so that the sum may miss by units either way. */
export const roundEach: Rule = {
  id: 'round-each',
  summary: 'every share is rounded by itself: the sum misses by units',
  allocate: (allocation, asks) =>
    inTiers({
      allocation,
      asks,
      round: ({ den, parts }) =>
        new Map(parts.map(({ id, num }) => [id, divideHalfEven(num, den)])),
    }),
  inColumns: (deal, shares) => divideColumns(deal, { shares, round: halvesToEven }) !== undefined,
};

function halvesToEven({ places, rests, count, weight, shares }: CutTier): void {
  for (let index = 0; index < count; index += 1) {
    const place = places[index] ?? 0;
    const [share, twice] = [shares[place] ?? 0, 2 * (rests[index] ?? 0)];
    if (twice > weight || (twice === weight && share % 2 === 1)) shares[place] = share + 1;
  }
}
