import type { PoolClient } from 'pg';
import { to as copyTo } from 'pg-copy-streams';

const signatureBytes = 11;
const end = -1;
const absent = -1;

/** Rows of a query in COPY's binary form, read field by field, in order. */
export class CopiedRows {
  #at: number;

  constructor(readonly bytes: Buffer) {
    // The signature and flags, then an extension of a length that is said.
    this.#at = signatureBytes + 8 + bytes.readInt32BE(signatureBytes + 4);
  }

  /** Goes to the next row; false when there is none. */
  next(): boolean {
    const fields = this.bytes.readInt16BE(this.#at);
    this.#at += 2;
    return fields !== end;
  }

  /**
   * A column of an array type without NULLs in it: answers how many elements come next, each read
   * like a column of its own type. An array that is NULL has none.
   */
  elements(): number {
    const bytes = this.bytes.readInt32BE(this.#at);
    const dimensions = bytes === absent ? 0 : this.bytes.readInt32BE(this.#at + 4);
    const count = dimensions === 0 ? 0 : this.bytes.readInt32BE(this.#at + 16);
    // Its length; then dimensions, whether there are NULLs, the type; then size and lower bound.
    this.#at += 4 + (bytes === absent ? 0 : 12) + dimensions * 8;
    return count;
  }

  /** A column of type `bigint`, which must be an exact float: below 2^53 and not negative. */
  amount(): number {
    const high = this.bytes.readInt32BE(this.#at + 4);
    const value = high * 2 ** 32 + this.bytes.readUInt32BE(this.#at + 8);
    if (high < 0 || high >= 2 ** 21) throw new RangeError(`${String(value)} is no exact amount`);
    this.#at += 12;
    return value;
  }

  /** A column of type `text`. */
  text(): string {
    return this.bytes.toString('utf8', this.skipText(), this.#at);
  }

  /** Goes over a column of type `text`, and answers where its bytes begin; they end at `at`. */
  skipText(): number {
    const start = this.#at + 4;
    this.#at = start + this.bytes.readInt32BE(start - 4);
    return start;
  }

  /** The place up to which has been read. */
  get at(): number {
    return this.#at;
  }

  /** Goes back to a place, to read from there again. */
  goBack(at: number): void {
    this.#at = at;
  }
}

/** Runs a query without parameters by COPY, which costs a third of fetching its rows. */
export async function copyOut(client: PoolClient, query: string): Promise<CopiedRows> {
  const pieces: Buffer[] = [];
  const stream = client.query(copyTo(`COPY (${query}) TO STDOUT (FORMAT binary)`));
  for await (const piece of stream) pieces.push(piece as Buffer);
  return new CopiedRows(Buffer.concat(pieces));
}
