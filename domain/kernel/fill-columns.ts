import type { TierLevel } from './deal-columns';
import { lostBy } from './exact-product';
import type { TierColumns } from './survey-columns';

/** A tier after filling: its level, and how many of its places, the first ones, stay open. */
export type FilledTier = TierLevel & { readonly openCount: number };

/**
 * Raises one rate for all until the tier is used up; whoever is capped has their request in
 * `shares`, the others are moved to the front of `places`, in the order of the rows.
 *
 * Method: iterate and compact. Whoever asks no more than the rate gives leaves with that, which
 * only raises the rate for the rest, until a round lets nobody leave. Whatever needs more than
 * `roundsMax` rounds is finished by sorting.
 * Ensures: exactly the capped and the open of `fill`.
 */
export function fillColumns(
  tier: TierColumns,
  { shares, roundsMax = 64 }: { shares: Float64Array; roundsMax?: number },
): FilledTier {
  const { available, count, wanted } = tier;
  if (wanted <= available) {
    grantAll(tier, shares);
    return { available, left: available - wanted, weight: 0, openCount: 0 };
  }
  let level: FilledTier = { available, left: available, weight: tier.weight, openCount: count };
  for (let round = 0; round < roundsMax; round += 1) {
    const next = dropCapped(tier, { level, shares });
    if (next.openCount === level.openCount) return next;
    level = next;
  }
  tier.places.subarray(0, level.openCount).sort(byRateOfCap(tier));
  const last = dropCapped(tier, { level, shares });
  tier.places.subarray(0, last.openCount).sort(); // Back in the order of the rows.
  return last;
}

function grantAll({ requested, places, count }: TierColumns, shares: Float64Array): void {
  for (let index = 0; index < count; index += 1) {
    const place = places[index] ?? 0;
    shares[place] = requested[place] ?? 0;
  }
}

/** One round: the rate rises while it passes, so in order of rates one round is enough. */
function dropCapped(
  { requested, weights, places }: TierColumns,
  { level, shares }: { level: FilledTier; shares: Float64Array },
): FilledTier {
  let { left, weight } = level;
  let kept = 0;
  for (let index = 0; index < level.openCount; index += 1) {
    const place = places[index] ?? 0;
    const request = requested[place] ?? 0;
    const own = weights[place] ?? 0;
    const needed = request * weight;
    const given = left * own;
    const capped =
      needed < given || (needed === given && lostBy(request, weight) <= lostBy(left, own));
    if (capped) {
      shares[place] = request;
      left -= request;
      weight -= own;
    } else {
      places[kept] = place;
      kept += 1;
    }
  }
  return { available: level.available, left, weight, openCount: kept };
}

function byRateOfCap({ requested, weights }: TierColumns): (a: number, b: number) => number {
  return (a, b) => {
    const [requestA, requestB] = [requested[a] ?? 0, requested[b] ?? 0];
    const [ownA, ownB] = [weights[a] ?? 0, weights[b] ?? 0];
    const rough = requestA * ownB - requestB * ownA;
    return rough === 0 ? lostBy(requestA, ownB) - lostBy(requestB, ownA) : rough;
  };
}
