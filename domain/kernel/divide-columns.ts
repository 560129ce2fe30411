import { cutColumns } from './cut-columns';
import type { DealColumns, DealLevels } from './deal-columns';
import { fillColumns, type FilledTier } from './fill-columns';
import { scratchOf } from './scratch';
import { surveyColumns, type TierColumns } from './survey-columns';

/** A tier after cutting: `rests` and the first `count` of `places` run side by side. */
export type CutTier = {
  readonly places: Uint32Array;
  readonly rests: Float64Array;
  readonly count: number;
  /** What `rests` are parts of. */
  readonly weight: number;
  /** How many units cutting left over. */
  readonly units: number;
  readonly ranks: Uint32Array;
  readonly shares: Float64Array;
};

/** How a rule divides, where it is not as `prorate@1`. */
export type ColumnDivision = {
  readonly shares: Float64Array;
  /** Brings a tier from cut shares to its final ones. */
  readonly round: (cut: CutTier) => void;
};

/**
 * The frame that rules share in columns, as `inTiers` is in integers.
 *
 * Ensures: `shares` is full, or the answer is `undefined` (`surveyColumns`).
 */
export function divideColumns(deal: DealColumns, by: ColumnDivision): DealLevels | undefined {
  const tiers = surveyColumns(deal);
  if (tiers === undefined) return undefined;
  const { ranks } = deal;
  const history = divideTier(tiers.history, { ranks, by });
  const noHistory = divideTier(tiers.noHistory, { ranks, by });
  return { history, noHistory };
}

/** Fills, cuts and rounds one tier. */
export function divideTier(
  tier: TierColumns,
  { ranks, by }: { ranks: Uint32Array; by: ColumnDivision },
): FilledTier {
  const { shares, round } = by;
  const filled = fillColumns(tier, { shares });
  const { openCount: count, weight } = filled;
  if (count === 0) return filled;
  const { rests } = scratchOf(ranks.length);
  const units = cutColumns(tier, { filled, shares, rests });
  round({ places: tier.places, rests, count, weight, units, ranks, shares });
  return filled;
}
