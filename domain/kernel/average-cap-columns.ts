import type { DealColumns } from './deal-columns';
import { divideTier } from './divide-columns';
import { lostBy } from './exact-product';
import { handOutUnits } from './hand-out-units';
import { scratchOf } from './scratch';
import { surveyColumns, type TierColumns } from './survey-columns';

/**
 * Divides as `prorate@1`, but gives nobody with a history more than their average.
 *
 * Method: up to a rate of 1, share for average, the cap is felt by nobody; beyond it everybody has
 * their request or their average, whichever is less.
 * Ensures: as `inColumns` of a rule.
 */
export function averageCapColumns(deal: DealColumns, shares: Float64Array): boolean {
  const { ranks, weightPerMinor: perMinor } = deal;
  const tiers = perMinor >= 1 ? surveyColumns(deal) : undefined;
  if (tiers === undefined) return false;
  const { history, noHistory } = tiers;
  const by = { shares, round: handOutUnits };
  const { left, weight } = divideTier(history, { ranks, by });
  const given = left * perMinor;
  const isFelt = weight === 0 || given > weight || (given === weight && lostBy(left, perMinor) > 0);
  // Dividing has reordered the places of the tier, so who has a history is asked of the weights.
  if (isFelt) capAll(deal, { tier: history, shares });
  divideTier(noHistory, { ranks, by });
  return true;
}

/** Everybody their request or their average; units of averages cut off go to the largest parts. */
function capAll(
  { requested, weights, weightPerMinor: perMinor, ranks }: DealColumns,
  { tier, shares }: { tier: TierColumns; shares: Float64Array },
): void {
  const { places } = tier;
  const { rests } = scratchOf(ranks.length);
  let [count, cut] = [0, 0];
  for (let place = 0; place < requested.length; place += 1) {
    const own = weights[place] ?? 0;
    if (own === 0) continue;
    const request = requested[place] ?? 0;
    const rest = own % perMinor;
    const average = (own - rest) / perMinor;
    shares[place] = Math.min(request, average);
    places[count] = place;
    rests[count] = average < request ? rest : 0;
    cut += rests[count] ?? 0;
    count += 1;
  }
  const units = (cut - (cut % perMinor)) / perMinor;
  handOutUnits({ places, rests, count, weight: perMinor, units, ranks, shares });
}
