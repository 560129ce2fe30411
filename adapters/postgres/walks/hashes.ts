const bytes = 32;

/** The hash of every entry of a chain: 32 bytes each, since a chain may be a million long. */
export class Hashes {
  #bytes = Buffer.alloc(bytes * 1_024);
  /** How many there are. */
  length = 0;

  /** Adds the next entry's, in lower-case hex. */
  push(hash: string): void {
    const end = this.length * bytes;
    if (end === this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], end * 2);
    this.#bytes.write(hash, end, 'hex');
    this.length += 1;
  }

  /** That of the entry of this number; undefined where there is none. */
  of(seq: number): string | undefined {
    if (!Number.isSafeInteger(seq) || seq < 1 || seq > this.length) return undefined;
    return this.#bytes.toString('hex', (seq - 1) * bytes, seq * bytes);
  }
}
