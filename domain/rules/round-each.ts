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
};
