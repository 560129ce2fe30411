import type { Basis } from '../rules/cascade';
import type { DealColumns } from './deal-columns';
import { divideTier } from './divide-columns';
import { handOutUnits } from './hand-out-units';
import { scratchOf } from './scratch';
import { surveyColumns, type TierColumns } from './survey-columns';

/** Half a unit in the last place of 1. */
const roundingUnit = 2 ** -53;

/** How a rule cascades, as in `cascade`. */
export type ColumnCascade = {
  readonly basisOf: (round: number) => Basis;
  readonly redistributionMax?: number;
};

/**
 * Divides as `cascade` does among people with a history, and as `prorate@1` among those without.
 *
 * Method: in rounded floats with a bound on all that rounding can have done. Whatever the bound
 * leaves open (who is capped, a share near a whole unit, two rests near each other) is declined.
 * Ensures: true with `shares` equal to the plain rule's to the unit, or false and the plain rule is
 * to be asked: ties, exact meetings of a request, and very large deals.
 */
export function cascadeColumns(
  deal: DealColumns,
  { shares, cascade }: { shares: Float64Array; cascade: ColumnCascade },
): boolean {
  const tiers = surveyColumns(deal);
  if (tiers === undefined) return false;
  const { ranks } = deal;
  divideTier(tiers.noHistory, { ranks, by: { shares, round: handOutUnits } });
  const { history } = tiers;
  if (history.available === 0 || history.count === 0) {
    for (let index = 0; index < history.count; index += 1) shares[history.places[index] ?? 0] = 0;
    return true;
  }
  const level = raise(history, { cascade, shares });
  return level !== undefined && round(history, { level, ranks, shares });
}

/** Where a cascade stops: an open share is byAverage · average + byRequest · requested ± error. */
type Level = {
  readonly byAverage: number;
  readonly byRequest: number;
  readonly error: number;
  readonly openCount: number;
  /** Σ of the open shares; whole when nothing is stranded. */
  readonly left: number;
  readonly isWhole: boolean;
};

function raise(
  tier: TierColumns,
  { cascade, shares }: { cascade: ColumnCascade; shares: Float64Array },
): Level | undefined {
  const { available, requested, weights, places } = tier;
  const { basisOf, redistributionMax = Infinity } = cascade;
  const sums = { average: tier.weight, requested: tier.wanted };
  const rates = { average: 0, requested: 0 };
  let [openCount, excess, error, cappedWants] = [tier.count, available, 0, 0];
  let isWhole = false;
  for (let turn = 0; turn <= redistributionMax && openCount > 0; turn += 1) {
    const basis = basisOf(turn);
    rates[basis] += excess / sums[basis];
    // What a round adds: its excess is as wrong as all shares before, then a few roundings.
    error = 2 * error + 16 * roundingUnit * available;
    const before = { ...sums };
    let kept = 0;
    for (let index = 0; index < openCount; index += 1) {
      const place = places[index] ?? 0;
      const request = requested[place] ?? 0;
      const own = weights[place] ?? 0;
      const above = rates.average * own + rates.requested * request - request;
      if (request > 0 && above < error && above > -error) return undefined;
      if (request === 0 || above > 0) {
        shares[place] = request;
        sums.average -= own;
        sums.requested -= request;
      } else {
        places[kept] = place;
        kept += 1;
      }
    }
    const [capped, weight] = [before.requested - sums.requested, before.average - sums.average];
    cappedWants += capped;
    isWhole = kept === openCount;
    openCount = kept;
    excess = isWhole ? 0 : rates.average * weight + rates.requested * capped - capped;
    if (isWhole) break;
  }
  const [byAverage, byRequest] = [rates.average, rates.requested];
  const left = available - cappedWants - excess;
  return { byAverage, byRequest, error, openCount, left, isWhole };
}

function round(
  { requested, weights, places }: TierColumns,
  { level, ranks, shares }: { level: Level; ranks: Uint32Array; shares: Float64Array },
): boolean {
  const { byAverage, byRequest, error, openCount: count, left } = level;
  if (count === 0) return true;
  const { rests } = scratchOf(ranks.length);
  let whole = Math.floor(left);
  if (!level.isWhole && !isBetweenWholes(left, 2 * error)) return false;
  for (let index = 0; index < count; index += 1) {
    const place = places[index] ?? 0;
    const exact = byAverage * (weights[place] ?? 0) + byRequest * (requested[place] ?? 0);
    if (!isBetweenWholes(exact, error)) return false;
    const share = Math.floor(exact);
    shares[place] = share;
    rests[index] = exact - share;
    whole -= share;
  }
  if (whole < 0 || whole > count) return false;
  handOutUnits({ places, rests, count, weight: 1, units: whole, ranks, shares });
  let [lowestWith, highestWithout] = [Infinity, -Infinity];
  for (let index = 0; index < count; index += 1) {
    const rest = rests[index] ?? 0;
    if (index < whole) lowestWith = Math.min(lowestWith, rest);
    else highestWithout = Math.max(highestWithout, rest);
  }
  return lowestWith - highestWithout > 2 * error;
}

/** Whether a value that may be off by `error` is certainly cut to the same whole units. */
function isBetweenWholes(value: number, error: number): boolean {
  const rest = value - Math.floor(value);
  return rest > error && rest < 1 - error;
}
