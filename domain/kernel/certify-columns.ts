import type { DealColumns } from './deal-columns';
import { lostBy } from './exact-product';
import { surveyColumns, type TierColumns } from './survey-columns';

/**
 * Tells whether shares are those of `prorate@1`, without dividing the deal: what a scan asks of
 * every deal before it explains the few that are wrong.
 *
 * Method: as `certify`. The people below their request give a rate, never above the true one. Each
 * request is held against it, and the rate taken anew while it shows somebody open whose last unit
 * met their request; then every open share is held against the rate.
 * Ensures: true exactly when the certificate of the same deal holds; `undefined` where sums would
 * leave exact floats (`surveyColumns`), and `certify` is to be asked. Three passes for right
 * shares, one for most wrong ones.
 */
export function certifyColumns(deal: DealColumns, shares: Float64Array): boolean | undefined {
  const tiers = surveyColumns(deal);
  if (tiers === undefined) return undefined;
  const claimed = { ranks: deal.ranks, shares };
  return tierHolds(tiers.history, claimed) && tierHolds(tiers.noHistory, claimed);
}

type Claimed = { readonly ranks: Uint32Array; readonly shares: Float64Array };

/** Who is open, by the shares or by a rate; with places, the first `count` of the tier's. */
type Open = { readonly count: number; readonly left: number; readonly weight: number };

function tierHolds(tier: TierColumns, claimed: Claimed): boolean {
  const { available, wanted } = tier;
  let open = openByShares(tier, claimed.shares);
  if (open === undefined) return false;
  if (wanted <= available) return open.count === 0;
  let among = tier.count;
  for (;;) {
    const next = openByRate(tier, { rate: open, among, shares: claimed.shares });
    if (next === undefined) return false;
    if (next.count === open.count) return sharesMeetRate(tier, { rate: next, claimed });
    open = next;
    among = next.count;
  }
}

/** Takes whoever is below their request as open; nobody may be above, and the sum must be right. */
function openByShares(tier: TierColumns, shares: Float64Array): Open | undefined {
  const { requested, weights, places } = tier;
  let [count, wanted, weight, given] = [0, 0, 0, 0];
  for (let index = 0; index < tier.count; index += 1) {
    const place = places[index] ?? 0;
    const request = requested[place] ?? 0;
    const share = shares[place] ?? 0;
    if (!(share >= 0 && share <= request)) return undefined;
    given += share;
    if (share < request) {
      count += 1;
      wanted += request;
      weight += weights[place] ?? 0;
    }
  }
  if (given !== Math.min(tier.available, tier.wanted)) return undefined;
  return { count, left: tier.available - (tier.wanted - wanted), weight };
}

/** Whom a rate leaves open, brought to the front; none if it caps somebody below their request. */
function openByRate(
  tier: TierColumns,
  { rate, among, shares }: { rate: Open; among: number; shares: Float64Array },
): Open | undefined {
  const { requested, weights, places } = tier;
  let [count, wanted, weight] = [0, 0, 0];
  for (let index = 0; index < among; index += 1) {
    const place = places[index] ?? 0;
    const request = requested[place] ?? 0;
    const own = weights[place] ?? 0;
    const needed = request * rate.weight;
    const given = rate.left * own;
    const isOpen =
      needed > given || (needed === given && lostBy(request, rate.weight) > lostBy(rate.left, own));
    if (isOpen) {
      places[count] = place;
      count += 1;
      wanted += request;
      weight += own;
    } else if (shares[place] !== request) return undefined;
  }
  return { count, left: tier.available - (tier.wanted - wanted), weight };
}

/** Whether open shares are cut right, and no lower rest has a unit that a higher one lacks. */
function sharesMeetRate(
  { weights, places }: TierColumns,
  { rate, claimed }: { rate: Open; claimed: Claimed },
): boolean {
  const { ranks, shares } = claimed;
  const { count, left, weight } = rate;
  let [lowestWith, rankWith, highestWithout, rankWithout] = [Infinity, -1, -1, Infinity];
  for (let index = 0; index < count; index += 1) {
    const place = places[index] ?? 0;
    const own = weights[place] ?? 0;
    const share = shares[place] ?? 0;
    const off = left * own - share * weight + (lostBy(left, own) - lostBy(share, weight));
    if (off >= weight || off < -weight) return false;
    if (off < 0) {
      const rest = off + weight;
      const rank = ranks[place] ?? 0;
      if (rest > lowestWith || (rest === lowestWith && rank < rankWith)) continue;
      lowestWith = rest;
      rankWith = rank;
    } else if (off >= highestWithout) {
      const rank = ranks[place] ?? 0;
      if (off === highestWithout && rank > rankWithout) continue;
      highestWithout = off;
      rankWithout = rank;
    }
  }
  if (lowestWith !== highestWithout) return lowestWith > highestWithout;
  return rankWith < rankWithout;
}
