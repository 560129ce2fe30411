import type { DealColumns } from './deal-columns';
import { scratchOf } from './scratch';

/** One tier before it is filled: who asks, with what weight, how much, of how much. */
export type TierColumns = {
  readonly available: number;
  readonly requested: Float64Array;
  readonly weights: Float64Array;
  /** Places of the tier's people, `count` of them. */
  readonly places: Uint32Array;
  readonly count: number;
  /** Σ requested and Σ weight of these people. */
  readonly wanted: number;
  readonly weight: number;
};

/** Sums below these stay exact, and an estimated share stays within one unit of the true one. */
const allocationMax = 2 ** 50;
const wantedMax = 2 ** 53;
const weightMax = 2 ** 52;

/**
 * Parts a deal into its two tiers, or answers `undefined` where floats would not be exact.
 *
 * Ensures: an allocation below 2^50, all requests together below 2^53, all weights below 2^52,
 * nothing negative, nothing NaN; the sums given are exact.
 */
export function surveyColumns(
  deal: DealColumns,
): { history: TierColumns; noHistory: TierColumns } | undefined {
  const { allocation, requested, weights } = deal;
  const { open, newcomers, ones } = scratchOf(requested.length);
  let [veteranCount, newcomerCount, wanted, wantedByNewcomers, weight] = [0, 0, 0, 0, 0];
  let least = allocation;
  for (let place = 0; place < requested.length; place += 1) {
    const request = requested[place] ?? 0;
    const own = weights[place] ?? 0;
    if (request < least) least = request;
    if (own > 0) {
      open[veteranCount] = place;
      veteranCount += 1;
      wanted += request;
      weight += own;
    } else {
      if (own < least) least = own;
      newcomers[newcomerCount] = place;
      newcomerCount += 1;
      wantedByNewcomers += request;
    }
  }
  const inRange =
    least >= 0 &&
    allocation < allocationMax &&
    wanted + wantedByNewcomers < wantedMax &&
    weight < weightMax;
  if (!inRange) return undefined;
  return {
    history: {
      available: allocation,
      requested,
      weights,
      places: open,
      count: veteranCount,
      wanted,
      weight,
    },
    noHistory: {
      available: allocation > wanted ? allocation - wanted : 0,
      requested,
      weights: ones,
      places: newcomers,
      count: newcomerCount,
      wanted: wantedByNewcomers,
      weight: newcomerCount,
    },
  };
}
