import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

const header = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const absent = -1;
const [shortMax, asciiMax] = [32, 0x7f];

/** Rows for COPY in its binary form, gathered field by field, in order. */
export class RowsToCopy {
  #bytes = Buffer.allocUnsafe(1 << 16);
  #at = header.copy(this.#bytes);
  /** How many rows there are. */
  count = 0;

  /** Begins a row. */
  row(fields: number): void {
    this.#room(2);
    this.#at = this.#bytes.writeInt16BE(fields, this.#at);
    this.count += 1;
  }

  /** A column of type `bigint`. */
  amount(value: number): void {
    this.#room(12);
    const high = Math.floor(value / 2 ** 32);
    this.#at = this.#bytes.writeInt32BE(8, this.#at);
    this.#at = this.#bytes.writeInt32BE(high, this.#at);
    this.#at = this.#bytes.writeUInt32BE(value - high * 2 ** 32, this.#at);
  }

  boolean(value: boolean): void {
    this.#room(5);
    this.#at = this.#bytes.writeInt32BE(1, this.#at);
    this.#at = this.#bytes.writeUInt8(value ? 1 : 0, this.#at);
  }

  /** A column of type `text` or `char(n)`. */
  text(value: string | null): void {
    if (value === null) {
      this.#room(4);
      this.#at = this.#bytes.writeInt32BE(absent, this.#at);
      return;
    }
    if (this.#shortAscii(value)) return;
    const length = Buffer.byteLength(value);
    this.#room(4 + length);
    this.#at = this.#bytes.writeInt32BE(length, this.#at);
    this.#at += this.#bytes.write(value, this.#at);
  }

  /** A column of type `jsonb`. */
  json(text: string): void {
    this.text(`\u0001${text}`); // The version of its binary form, then the text.
  }

  /** Ids and words: a call into the encoder costs more than writing them; false for all others. */
  #shortAscii(value: string): boolean {
    const { length } = value;
    if (length > shortMax) return false;
    this.#room(4 + length);
    const start = this.#at + 4;
    for (let at = 0; at < length; at += 1) {
      const code = value.charCodeAt(at);
      if (code > asciiMax) return false;
      this.#bytes[start + at] = code;
    }
    this.#bytes.writeInt32BE(length, this.#at);
    this.#at = start + length;
    return true;
  }

  /** All of it, ready to be sent. */
  finish(): Buffer {
    this.#room(2);
    this.#at = this.#bytes.writeInt16BE(absent, this.#at);
    return this.#bytes.subarray(0, this.#at);
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + bytes));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

/** Copies rows into `table (columns)`. */
export async function copyIn(
  tx: PoolClient,
  { into, rows }: { into: string; rows: RowsToCopy },
): Promise<void> {
  if (rows.count === 0) return;
  const stream = tx.query(copyFrom(`COPY ${into} FROM STDIN (FORMAT binary)`));
  await new Promise<void>((resolve, reject) => {
    stream.on('error', reject).on('finish', resolve);
    stream.end(rows.finish());
  });
}
