import type { Averages } from './averages';
import { currencyExponent } from './currencies';
import { averageText, type History } from './histories';
import { exactNumber } from './money';

const averageDecimals = 4;
/** Below this also products of quotients stay exact. */
const totalMax = 2 ** 52;

/**
 * As `Histories`, for people by rank: what everybody has invested so far, in columns per currency.
 *
 * Ensures: the same averages to the last digit; a total that leaves exact floats goes on as BigInt.
 */
export class HistoryColumns {
  readonly #byCurrency = new Map<string, Columns>();

  constructor(
    people: readonly string[],
    opening: ReadonlyMap<string, History> = new Map<string, History>(),
  ) {
    this.people = people;
    if (opening.size === 0) return;
    for (const [rank, investorId] of people.entries()) {
      const { total, count, currency } = opening.get(investorId) ?? { total: 0n, count: 0 };
      if (currency !== undefined && count > 0) this.grow({ rank, currency, total, count });
    }
  }

  private readonly people: readonly string[];

  /** The averages that follow from history so far. */
  averages(currency: string, ranks: Uint32Array): Averages {
    const columns = this.#columns(currency);
    const weights = new Float64Array(ranks.length);
    const exponent = currencyExponent(currency);
    for (let place = 0; place < ranks.length; place += 1) {
      const weight = averageOf(columns, { rank: ranks[place] ?? 0, exponent });
      if (!(weight <= Number.MAX_SAFE_INTEGER)) return textsOf(columns, { currency, ranks });
      weights[place] = weight;
    }
    return { weights, scale: averageDecimals };
  }

  /** Adds a deal's allocations; nothing allocated is no part of a history. */
  add(given: { currency: string; ranks: Uint32Array; allocated: Float64Array }): void {
    const { currency, ranks, allocated } = given;
    const columns = this.#columns(currency);
    const { totals, counts } = columns;
    for (let place = 0; place < ranks.length; place += 1) {
      const share = allocated[place] ?? 0;
      if (share === 0) continue;
      const rank = ranks[place] ?? 0;
      const total = (totals[rank] ?? 0) + share;
      if (total <= totalMax) {
        totals[rank] = total;
        counts[rank] = (counts[rank] ?? 0) + 1;
      } else this.grow({ rank, currency, total: BigInt(share), count: 1 });
    }
  }

  /** Adds what several allocations came to. */
  grow(given: { rank: number; currency: string; total: bigint; count: number }): void {
    const { rank, currency, total: more, count } = given;
    const columns = this.#columns(currency);
    const total = totalOf(columns, rank) + more;
    columns.counts[rank] = (columns.counts[rank] ?? 0) + count;
    const exact = exactNumber(total);
    if (exact !== undefined && exact <= totalMax) columns.totals[rank] = exact;
    else {
      columns.totals[rank] = NaN; // Says: look among the large ones.
      columns.large.set(rank, total);
    }
  }

  #columns(currency: string): Columns {
    const found = this.#byCurrency.get(currency);
    if (found !== undefined) return found;
    const size = this.people.length;
    const totals = new Float64Array(size);
    const made = { totals, counts: new Uint32Array(size), large: new Map<number, bigint>() };
    this.#byCurrency.set(currency, made);
    return made;
  }
}

type Columns = {
  readonly totals: Float64Array;
  readonly counts: Uint32Array;
  readonly large: Map<number, bigint>;
};

function totalOf({ totals, large }: Columns, rank: number): bigint {
  return large.get(rank) ?? BigInt(totals[rank] ?? 0);
}

/** Total / count in ten-thousandths, halves to even; NaN or beyond exact floats: take the text. */
function averageOf(
  { totals, counts }: Columns,
  { rank, exponent }: { rank: number; exponent: number },
): number {
  const count = counts[rank] ?? 0;
  if (count === 0) return 0;
  const total = totals[rank] ?? 0;
  const factor = 10 ** (averageDecimals - exponent);
  // The quotient of floats is at most one too high; all remainders are exact.
  let whole = Math.floor(total / count);
  if (total - whole * count < 0) whole -= 1;
  const rest = (total - whole * count) * factor;
  let part = Math.floor(rest / count);
  if (rest - part * count < 0) part -= 1;
  const floor = whole * factor + part;
  const twice = (rest - part * count) * 2;
  return twice > count || (twice === count && floor % 2 === 1) ? floor + 1 : floor;
}

function textsOf(columns: Columns, of: { currency: string; ranks: Uint32Array }): Averages {
  const { currency, ranks } = of;
  const texts = Array.from(ranks, (rank) => {
    const count = columns.counts[rank] ?? 0;
    return averageText({ totalMinor: totalOf(columns, rank), count, currency });
  });
  return { texts };
}
