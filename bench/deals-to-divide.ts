import type { DealColumns } from '../domain/kernel/deal-columns';
import type { Ask } from '../domain/prorate';
import { randomFrom } from './random';

/** A deal in both forms, the same numbers in each. */
export type DealToDivide = {
  readonly columns: DealColumns;
  readonly allocation: bigint;
  readonly asks: readonly Ask[];
};

/**
 * Deals like those of a platform: requests and averages over three orders of magnitude, one in
 * twenty without a history, 30 to 90 % of what is wanted.
 *
 * Units: requests in cents, averages in 1/100 of a cent.
 */
export function dealsToDivide(given: { deals: number; investors: number }): DealToDivide[] {
  const random = randomFrom(2026);
  return Array.from({ length: given.deals }, () => someDeal(given.investors, random));
}

function someDeal(investors: number, random: () => number): DealToDivide {
  const spread = (least: number) => Math.round(least * 10 ** (3 * random()));
  const requested = Float64Array.from({ length: investors }, () => spread(100_000));
  const weights = Float64Array.from({ length: investors }, () => {
    return random() < 0.05 ? 0 : spread(10_000_000);
  });
  const wanted = requested.reduce((sum, request) => sum + request, 0);
  const allocation = Math.round(wanted * (0.3 + 0.6 * random()));
  const ranks = Uint32Array.from({ length: investors }, (_, place) => place);
  const asks = Array.from(requested, (request, place) => ({
    investorId: String(place).padStart(7, '0'),
    requested: BigInt(request),
    average: BigInt(weights[place] ?? 0),
    averagePerMinor: 100n,
  }));
  const columns = { allocation, requested, weights, weightPerMinor: 100, ranks };
  return { columns, allocation: BigInt(allocation), asks };
}
