import type { CutTier } from './divide-columns';

/**
 * Hands one unit each to the largest rests; `places` and `rests` are left reordered, those who got
 * one in front.
 *
 * Method: parted around a middle value again and again, on the side where the line falls.
 * Ties: the smaller rank.
 */
export function handOutUnits(claims: CutTier): void {
  const { places, shares, units } = claims;
  if (units <= 0) return;
  bringToFront(claims, units);
  for (let index = 0; index < units; index += 1) {
    const place = places[index] ?? 0;
    shares[place] = (shares[place] ?? 0) + 1;
  }
}

/** Reorders so that the `units` who stand highest come first. */
function bringToFront(claims: Claims, units: number): void {
  const { places, rests, ranks } = claims;
  let [low, high] = [0, claims.count - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const rest = rests[middle] ?? 0;
    const rank = ranks[places[middle] ?? 0] ?? 0;
    let left = low;
    let right = high;
    while (left <= right) {
      while (standsAbove(claims, { index: left, rest, rank })) left += 1;
      while (standsBelow(claims, { index: right, rest, rank })) right -= 1;
      if (left > right) break;
      swap(claims, { left, right });
      left += 1;
      right -= 1;
    }
    // Between right and left lies at most the middle value itself.
    if (units - 1 <= right) high = right;
    else if (units - 1 >= left) low = left;
    else return;
  }
}

/** What parting looks at; shares are not read. */
type Claims = Pick<CutTier, 'places' | 'rests' | 'ranks' | 'count'>;

type Line = { readonly index: number; readonly rest: number; readonly rank: number };

function standsAbove({ places, rests, ranks }: Claims, { index, rest, rank }: Line): boolean {
  const own = rests[index] ?? 0;
  return own > rest || (own === rest && (ranks[places[index] ?? 0] ?? 0) < rank);
}

function standsBelow({ places, rests, ranks }: Claims, { index, rest, rank }: Line): boolean {
  const own = rests[index] ?? 0;
  return own < rest || (own === rest && (ranks[places[index] ?? 0] ?? 0) > rank);
}

function swap({ places, rests }: Claims, { left, right }: { left: number; right: number }): void {
  const place = places[left] ?? 0;
  const rest = rests[left] ?? 0;
  places[left] = places[right] ?? 0;
  rests[left] = rests[right] ?? 0;
  places[right] = place;
  rests[right] = rest;
}
