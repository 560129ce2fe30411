import type { Ask } from './prorate';
import type { FractionalShares } from './split';

/**
 * Raises one rate for all until `available` is used up: whoever reaches their request leaves with
 * exactly that, and the rate goes on rising for the rest.
 *
 * Method: sorted by the rate at which each ask is met, so one pass finds where the rate stops.
 * Rates are compared crosswise, so nothing is ever rounded.
 * Ensures: share = min(requested, rate · average), Σ = min(available, Σ requested), both exact.
 */
export function fill(available: bigint, asks: readonly Ask[]): FractionalShares {
  const queue = [...asks].sort(byRateOfCap);
  let left = available;
  let weight = asks.reduce((sum, ask) => sum + ask.average, 0n);
  let met = 0;
  for (const { requested, average } of queue) {
    if (requested * weight > left * average) break; // The rate stops short of this request.
    left -= requested;
    weight -= average;
    met += 1;
  }
  const den = weight === 0n ? 1n : weight;
  const parts = queue.map(({ investorId, requested, average }, index) => {
    return { id: investorId, num: index < met ? requested * den : left * average };
  });
  return { den, parts };
}

function byRateOfCap(a: Ask, b: Ask): number {
  const [ours, theirs] = [a.requested * b.average, b.requested * a.average];
  return ours === theirs ? 0 : ours < theirs ? -1 : 1;
}
