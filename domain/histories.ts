import { assert } from './assert';
import { currencyExponent } from './currencies';
import { divideHalfEven, formatScaled } from './money';

/** What an investor has invested so far in one currency. */
export type History = {
  /** Units: minor units of `currency`. */
  readonly total: bigint;
  /** How many positive allocations the total is made of. */
  readonly count: number;
  readonly currency: string;
};

const averageDecimals = 4;

/**
 * Writes the historical average of an investor: total / count in major units, `0` for no history.
 *
 * Units: major units, rounded half-even to 4 decimals.
 * Source: docs/allocation.md, "What an average is".
 * @throws ASSERTION (bug) when the total is negative or the count is no count.
 */
export function averageText(given: {
  totalMinor: bigint;
  count: number;
  currency: string;
}): string {
  const { totalMinor, count, currency } = given;
  assert(Number.isSafeInteger(count) && count >= 0, `a history of ${count} deals is no count`);
  if (count === 0) return '0';
  const den = BigInt(count) * 10n ** BigInt(currencyExponent(currency));
  const digits = divideHalfEven(totalMinor * 10n ** BigInt(averageDecimals), den);
  return formatScaled({ digits, scale: averageDecimals });
}

/** Everybody's history per currency, growing deal by deal. */
export class Histories {
  readonly #byCurrency = new Map<string, Map<string, { total: bigint; count: number }>>();

  constructor(opening: Iterable<readonly [string, History]>) {
    for (const [investorId, { total, count, currency }] of opening) {
      if (count > 0) this.#grow({ investorId, currency, total, count });
    }
  }

  /** The average that follows from history so far, as `averageText` writes it. */
  average(investorId: string, currency: string): string {
    const history = this.#byCurrency.get(currency)?.get(investorId);
    if (history === undefined) return '0';
    return averageText({ totalMinor: history.total, count: history.count, currency });
  }

  /** Adds one allocation; nothing allocated is no part of a history. */
  add(given: { investorId: string; currency: string; allocated: bigint }): void {
    const { investorId, currency, allocated } = given;
    if (allocated > 0n) this.#grow({ investorId, currency, total: allocated, count: 1 });
  }

  #grow(given: { investorId: string; currency: string; total: bigint; count: number }): void {
    const { investorId, currency, total, count } = given;
    const investors =
      this.#byCurrency.get(currency) ?? new Map<string, { total: bigint; count: number }>();
    const before = investors.get(investorId) ?? { total: 0n, count: 0 };
    investors.set(investorId, { total: before.total + total, count: before.count + count });
    this.#byCurrency.set(currency, investors);
  }
}
