import { assert } from './assert';
import { compareCodePoints } from './code-points';

/** Shares before rounding: each is `num` / `den` units, one denominator for all. */
export type FractionalShares = {
  readonly den: bigint;
  readonly parts: readonly { readonly id: string; readonly num: bigint }[];
};

/**
 * Splits whole units in proportion to weights.
 *
 * Ensures: Σ = `units`; nobody is more than one unit from their exact share.
 * Ties: as `largestRemainder`.
 * @throws ASSERTION (bug) when units are negative or no weight is positive.
 */
export function splitUnits(
  units: bigint,
  weights: readonly { readonly id: string; readonly weight: bigint }[],
): Map<string, bigint> {
  const den = weights.reduce((sum, { weight }) => sum + weight, 0n);
  assert(units >= 0n && den > 0n, `cannot split ${units} units over a weight of ${den}`);
  return largestRemainder({
    den,
    parts: weights.map(({ id, weight }) => ({ id, num: units * weight })),
  });
}

/**
 * Rounds shares to whole units: all are cut, then one unit each goes to the largest cut-off parts.
 *
 * Ensures: Σ = the sum of the exact shares, itself cut to whole units.
 * Ties: the smaller id by code point, wherever it stands in the list.
 */
export function largestRemainder({ den, parts }: FractionalShares): Map<string, bigint> {
  const shares = new Map(parts.map(({ id, num }) => [id, num / den]));
  const cut = parts
    .map(({ id, num }) => ({ id, rest: num % den }))
    .filter(({ rest }) => rest > 0n)
    .sort((a, b) => (a.rest === b.rest ? compareCodePoints(a.id, b.id) : a.rest < b.rest ? 1 : -1));
  let units = cut.reduce((sum, { rest }) => sum + rest, 0n) / den;
  for (const { id } of cut) {
    if (units === 0n) break;
    shares.set(id, (shares.get(id) ?? 0n) + 1n);
    units -= 1n;
  }
  return shares;
}
