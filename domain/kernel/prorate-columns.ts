import type { DealColumns, DealLevels } from './deal-columns';
import { divideColumns } from './divide-columns';
import { handOutUnits } from './hand-out-units';

/**
 * Divides a deal as `prorate` does, to the unit, in columns of exact floats.
 *
 * Method: `fillColumns`, `cutColumns`, `handOutUnits`, for each tier.
 * Ensures: `shares` is full, and equal to `prorate`; or nothing can be said of it and the answer is
 * `undefined`, since a sum would leave exact floats (`surveyColumns`): then `prorate` itself is to
 * be asked. Levels are what `certifyColumns` and certificates start from.
 * Ties: the smaller rank. Scratch is reused, so a deal costs no more than a few small objects.
 */
export function prorateColumns(deal: DealColumns, shares: Float64Array): DealLevels | undefined {
  return divideColumns(deal, { shares, round: handOutUnits });
}
