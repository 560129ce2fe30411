import { cutColumns } from './cut-columns';
import type { DealColumns, DealLevels } from './deal-columns';
import { fillColumns, type FilledTier } from './fill-columns';
import { handOutUnits } from './hand-out-units';
import { scratchOf } from './scratch';
import { surveyColumns, type TierColumns } from './survey-columns';

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
  const tiers = surveyColumns(deal);
  if (tiers === undefined) return undefined;
  const history = shareTier(tiers.history, { ranks: deal.ranks, shares });
  const noHistory = shareTier(tiers.noHistory, { ranks: deal.ranks, shares });
  return { history, noHistory };
}

function shareTier(
  tier: TierColumns,
  { ranks, shares }: { ranks: Uint32Array; shares: Float64Array },
): FilledTier {
  const filled = fillColumns(tier, shares);
  if (filled.openCount === 0) return filled;
  const { rests } = scratchOf(ranks.length);
  const units = cutColumns(tier, { filled, shares, rests });
  const { places } = tier;
  handOutUnits({ places, rests, count: filled.openCount, ranks }, { units, shares });
  return filled;
}
