import { lostBy } from './exact-product';
import type { FilledTier } from './fill-columns';
import type { TierColumns } from './survey-columns';

/**
 * Gives everybody open their share cut to whole units, keeps what was cut off in `rests`, and
 * answers how many units that leaves over.
 *
 * Method: the float estimate is off by one at most below 2^50, and its remainder, taken from exact
 * products, says so.
 * Units: `rests` in parts of the tier's weight, in the order of `places`.
 */
export function cutColumns(
  { weights, places }: TierColumns,
  given: { filled: FilledTier; shares: Float64Array; rests: Float64Array },
): number {
  const { filled, shares, rests } = given;
  const { left, weight, openCount } = filled;
  const rate = left / weight;
  let units = left;
  for (let index = 0; index < openCount; index += 1) {
    const place = places[index] ?? 0;
    const own = weights[place] ?? 0;
    let share = Math.floor(own * rate);
    let rest = left * own - share * weight + (lostBy(left, own) - lostBy(share, weight));
    if (rest < 0) {
      share -= 1;
      rest += weight;
    } else if (rest >= weight) {
      share += 1;
      rest -= weight;
    }
    shares[place] = share;
    rests[index] = rest;
    units -= share;
  }
  return units;
}
