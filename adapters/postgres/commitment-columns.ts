import type { Averages } from '../../domain/averages';
import type { RecordedDeal } from '../../domain/recorded-deal';
import type { CopiedRows } from './copy-out';

const scaleMin = 4;
const digitsMax = 15;
const [zero, nine, point] = [0x30, 0x39, 0x2e];

type Columns = Pick<RecordedDeal, 'ranks' | 'requested' | 'allocated' | 'averages'>;

/** Reads a deal's arrays of investors, requests, averages and allocations from a row. */
export function commitmentColumns(row: CopiedRows, rankOf: ReadonlyMap<string, number>): Columns {
  const ranks = new Uint32Array(row.elements());
  for (let at = 0; at < ranks.length; at += 1) {
    const rank = rankOf.get(row.text());
    if (rank === undefined) throw new RangeError('a commitment of an investor not on file');
    ranks[at] = rank;
  }
  return { ranks, requested: amounts(row), averages: averages(row), allocated: amounts(row) };
}

function amounts(row: CopiedRows): Float64Array {
  const read = new Float64Array(row.elements());
  for (let at = 0; at < read.length; at += 1) read[at] = row.amount();
  return read;
}

/** Decimal texts as whole numbers on one scale, or as they stand where one has too many digits. */
function averages(row: CopiedRows): Averages {
  const count = row.elements();
  const [weights, decimals] = [new Float64Array(count), new Uint8Array(count)];
  const begin = row.at;
  let scale = scaleMin;
  for (let at = 0; at < count; at += 1) {
    const read = digitsOf(row);
    weights[at] = read.digits;
    decimals[at] = read.decimals;
    if (read.decimals > scale) scale = read.decimals;
  }
  for (let at = 0; at < count; at += 1) {
    const weight = (weights[at] ?? 0) * 10 ** (scale - (decimals[at] ?? 0));
    if (!(weight <= Number.MAX_SAFE_INTEGER)) return { texts: textsFrom(begin, { row, count }) };
    weights[at] = weight;
  }
  return { weights, scale };
}

function textsFrom(begin: number, { row, count }: { row: CopiedRows; count: number }): string[] {
  row.goBack(begin);
  return Array.from({ length: count }, () => row.text());
}

/** A text's digits as a whole number; NaN says that only the text will do. */
function digitsOf(row: CopiedRows): { digits: number; decimals: number } {
  const { bytes } = row;
  const [from, to] = [row.skipText(), row.at];
  let [digits, decimals, count] = [0, -1, 0];
  for (let index = from; index < to; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte === point && decimals < 0) {
      decimals = 0;
      continue;
    }
    if (byte < zero || byte > nine) count = Infinity; // An exponent, say.
    digits = digits * 10 + byte - zero;
    count += 1;
    if (decimals >= 0) decimals += 1;
  }
  return { digits: count > digitsMax ? NaN : digits, decimals: Math.max(decimals, 0) };
}
