import type { Averages } from '../../domain/averages';
import type { RecordedDeal } from '../../domain/recorded-deal';
import type { CopiedRows } from './copy-out';

const scaleMin = 4;
const digitsMax = 15;
const [zero, nine, point] = [0x30, 0x39, 0x2e];

type Columns = Pick<RecordedDeal, 'ranks' | 'requested' | 'allocated' | 'averages'>;

/** Gathers the rows of one deal after another; its room is used again for each. */
export class CommitmentColumns {
  #count = 0;
  #ranks = new Uint32Array(256);
  #requested = new Float64Array(256);
  #allocated = new Float64Array(256);
  /** Averages as whole numbers, each with so many decimals; NaN says that only the text will do. */
  #digits = new Float64Array(256);
  #decimals = new Uint8Array(256);
  readonly #texts = new Map<number, string>();

  constructor(private readonly rankOf: ReadonlyMap<string, number>) {}

  /** Takes investor, requested, average and allocated from the row that is being read. */
  take(row: CopiedRows): void {
    const at = this.#count;
    if (at === this.#ranks.length) this.#grow();
    const rank = this.rankOf.get(row.text());
    if (rank === undefined) throw new RangeError('a commitment of an investor not on file');
    this.#ranks[at] = rank;
    this.#requested[at] = row.amount();
    row.bytesOfText((bytes, from, to) => {
      this.#average(bytes, { from, to });
    });
    this.#allocated[at] = row.amount();
    this.#count += 1;
  }

  /** The columns of the rows taken since the last call. */
  finish(): Columns {
    const count = this.#count;
    const columns = {
      ranks: this.#ranks.slice(0, count),
      requested: this.#requested.slice(0, count),
      allocated: this.#allocated.slice(0, count),
      averages: this.#averages(),
    };
    this.#count = 0;
    this.#texts.clear();
    return columns;
  }

  #average(bytes: Buffer, { from, to }: { from: number; to: number }): void {
    const at = this.#count;
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
    this.#digits[at] = digits;
    this.#decimals[at] = Math.max(decimals, 0);
    if (count > digitsMax) {
      this.#digits[at] = NaN;
      this.#texts.set(at, bytes.toString('utf8', from, to));
    }
  }

  #averages(): Averages {
    const count = this.#count;
    let scale = scaleMin;
    for (let at = 0; at < count; at += 1) scale = Math.max(scale, this.#decimals[at] ?? 0);
    const weights = new Float64Array(count);
    for (let at = 0; at < count; at += 1) {
      const weight = (this.#digits[at] ?? 0) * 10 ** (scale - (this.#decimals[at] ?? 0));
      if (!(weight <= Number.MAX_SAFE_INTEGER)) return { texts: this.#allTexts() };
      weights[at] = weight;
    }
    return { weights, scale };
  }

  #allTexts(): string[] {
    return Array.from({ length: this.#count }, (_, at) => {
      const kept = this.#texts.get(at);
      if (kept !== undefined) return kept;
      const digits = String(this.#digits[at] ?? 0);
      const decimals = this.#decimals[at] ?? 0;
      if (decimals === 0) return digits;
      const long = digits.padStart(decimals + 1, '0');
      return `${long.slice(0, -decimals)}.${long.slice(-decimals)}`;
    });
  }

  #grow(): void {
    const twice = <T extends Uint8Array | Uint32Array | Float64Array>(old: T, made: T): T => {
      made.set(old);
      return made;
    };
    const size = this.#ranks.length * 2;
    this.#ranks = twice(this.#ranks, new Uint32Array(size));
    this.#requested = twice(this.#requested, new Float64Array(size));
    this.#allocated = twice(this.#allocated, new Float64Array(size));
    this.#digits = twice(this.#digits, new Float64Array(size));
    this.#decimals = twice(this.#decimals, new Uint8Array(size));
  }
}
