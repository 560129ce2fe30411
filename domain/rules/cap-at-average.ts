import { fill } from '../fill';
import { averageCapColumns } from '../kernel/average-cap-columns';
import type { Ask } from '../prorate';
import type { FractionalShares } from '../split';
import { inTiers } from '../tiers';
import type { Rule } from './rule';

/**
 * Gives nobody with a history more than their average, whatever they request and whatever is left.
 *
 * Units: reads `averagePerMinor`, since an average is compared with money here.
 */
export const capAtAverage: Rule = {
  id: 'cap-at-average',
  summary: 'nobody gets more than their average: money is stranded',
  allocate: (allocation, asks) => inTiers({ allocation, asks, veterans: fillToAverage }),
  inColumns: averageCapColumns,
};

/** Counts in steps of the average, where that cap is a whole number. */
function fillToAverage(available: bigint, asks: readonly Ask[]): FractionalShares {
  const perMinor = asks[0]?.averagePerMinor ?? 1n;
  const capped = asks.map((ask) => {
    const requested = ask.requested * perMinor;
    return { ...ask, requested: requested < ask.average ? requested : ask.average };
  });
  const { den, parts } = fill(available * perMinor, capped);
  return { den: den * perMinor, parts };
}
