import { compareCodePoints } from '../code-points';
import { exactNumber } from '../money';
import type { Ask } from '../prorate';
import type { DealColumns } from './deal-columns';

/**
 * Brings a deal to columns, or answers `undefined` where a number has no place in an exact float.
 *
 * Order: of the asks.
 */
export function askColumns(allocation: bigint, asks: readonly Ask[]): DealColumns | undefined {
  const requested = toColumn(asks.map((ask) => ask.requested));
  const weights = toColumn(asks.map((ask) => ask.average));
  const perMinor = exactNumber(asks[0]?.averagePerMinor ?? 1n);
  const whole = exactNumber(allocation);
  if (!requested || !weights || perMinor === undefined || whole === undefined) return undefined;
  const ranks = rankIds(asks.map((ask) => ask.investorId));
  return { allocation: whole, requested, weights, weightPerMinor: perMinor, ranks };
}

/** Brings whole amounts to a column; `undefined` once one is not exact in a float. */
export function toColumn(amounts: readonly bigint[]): Float64Array | undefined {
  const column = new Float64Array(amounts.length);
  for (const [place, amount] of amounts.entries()) {
    const exact = exactNumber(amount);
    if (exact === undefined) return undefined;
    column[place] = exact;
  }
  return column;
}

/** Where each id stands when all are sorted by code point. */
export function rankIds(ids: readonly string[]): Uint32Array {
  const ranks = new Uint32Array(ids.length);
  const order = ids.map((id, place) => ({ id, place }));
  if (!isSorted(ids)) order.sort((a, b) => compareCodePoints(a.id, b.id));
  for (const [rank, { place }] of order.entries()) ranks[place] = rank;
  return ranks;
}

function isSorted(ids: readonly string[]): boolean {
  return ids.every((id, index) => index === 0 || compareCodePoints(ids[index - 1] ?? '', id) < 0);
}
