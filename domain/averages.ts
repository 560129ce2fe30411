import { sameAverage } from './asks';
import { formatScaled } from './money';

/**
 * The averages of a deal's people, in the order of their rows.
 *
 * Units: major units; whole numbers of 10^-`scale` in exact floats, or texts where one of them has
 * too many digits for that.
 */
export type Averages =
  | { readonly weights: Float64Array; readonly scale: number }
  | { readonly texts: readonly string[] };

/** One of them as decimal text. */
export function averageAt(averages: Averages, place: number): string {
  if ('texts' in averages) return averages.texts[place] ?? '0';
  return formatScaled({ digits: BigInt(averages.weights[place] ?? 0), scale: averages.scale });
}

/** The first place where two columns of averages differ as numbers, from `from` on; -1 for none. */
export function nextDifference(
  [ours, theirs]: readonly [Averages, Averages],
  { from, count }: { from: number; count: number },
): number {
  if ('texts' in ours || 'texts' in theirs) {
    for (let place = from; place < count; place += 1) {
      if (!sameAverage(averageAt(ours, place), averageAt(theirs, place))) return place;
    }
    return -1;
  }
  const [fine, coarse] = ours.scale >= theirs.scale ? [ours, theirs] : [theirs, ours];
  const factor = 10 ** (fine.scale - coarse.scale);
  // A product that leaves exact floats is above every number that is one, so it equals none.
  for (let place = from; place < count; place += 1) {
    if ((coarse.weights[place] ?? 0) * factor !== (fine.weights[place] ?? 0)) return place;
  }
  return -1;
}
