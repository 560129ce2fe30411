import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { BankError } from './bank-error';

const fsync = promisify(fs.fsync);
const fstat = promisify(fs.fstat);
const write = promisify(fs.write);

const NEWLINE = 0x0a;

/**
 * The bank's append-only store: one JSON value a line, on the disk before it is spoken of.
 *
 * Order: lines are written in the order of `append`; those that meet share one fsync.
 * Ensures: once `settled` resolves, everything appended before it survives a crash. After one
 * failed write nothing settles any more, since nobody can say what reached the disk.
 */
export class Journal {
  readonly #fd: number;
  #size: number;
  #waiting: string[] = [];
  #tail: Promise<void> = Promise.resolve();

  private constructor(fd: number, size: number) {
    this.#fd = fd;
    this.#size = size;
  }

  /**
   * Opens the store, creating it when there is none, and hands each line to `replay` in order.
   *
   * Ensures: a last line without its newline was never answered for, and is cut off.
   * @throws STORE_BROKEN (fault) when a finished line cannot be read or `replay` refuses it.
   */
  static open(storePath: string, replay: (value: unknown) => void): Journal {
    fs.mkdirSync(path.dirname(storePath), { recursive: true });
    const fd = fs.openSync(storePath, 'a+', 0o600);
    try {
      const content = fs.readFileSync(storePath);
      const size = content.lastIndexOf(NEWLINE) + 1;
      replayLines({ content: content.subarray(0, size), storePath, replay });
      fs.ftruncateSync(fd, size);
      fs.fsyncSync(fd);
      syncFolder(path.dirname(storePath));
      return new Journal(fd, size);
    } catch (error) {
      fs.closeSync(fd);
      throw error;
    }
  }

  /** Takes a line to be written next; nobody may be told of it before `settled` resolves. */
  append(value: unknown): void {
    this.#waiting.push(`${JSON.stringify(value)}\n`);
    if (this.#waiting.length === 1) {
      this.#tail = this.#tail.then(() => this.#commit());
      this.#tail.catch(() => undefined); // Whoever awaits `settled` hears of it.
    }
  }

  /**
   * Waits until all that was appended so far is on the disk.
   *
   * @throws STORE_BROKEN (fault) when a write failed, now or ever since the start.
   */
  settled(): Promise<void> {
    return this.#tail;
  }

  /** Writes what is waiting and closes the file; the journal is of no use afterwards. */
  async close(): Promise<void> {
    await this.#tail.finally(() => {
      fs.closeSync(this.#fd);
    });
  }

  async #commit(): Promise<void> {
    const batch = Buffer.from(this.#waiting.join(''));
    this.#waiting = [];
    try {
      const { size } = await fstat(this.#fd);
      if (size !== this.#size) {
        throw new Error(
          `expected ${this.#size} bytes and found ${size}: another bank writes to it`,
        );
      }
      for (let written = 0; written < batch.length;) {
        written += (await write(this.#fd, batch, written)).bytesWritten;
      }
      await fsync(this.#fd);
      this.#size += batch.length;
    } catch (cause) {
      throw storeBroken(`The bank's store cannot be written: ${messageOf(cause)}.`);
    }
  }
}

function replayLines({
  content,
  storePath,
  replay,
}: {
  content: Buffer;
  storePath: string;
  replay: (value: unknown) => void;
}): void {
  for (let start = 0, line = 1; start < content.length; line += 1) {
    const end = content.indexOf(NEWLINE, start);
    try {
      replay(JSON.parse(content.toString('utf8', start, end)));
    } catch (cause) {
      throw storeBroken(
        `Line ${line} of the bank's store ${storePath} cannot be read: ${messageOf(cause)}. ` +
          'Restore the file from a copy, or start with another one.',
      );
    }
    start = end + 1;
  }
}

/** A new file's name is durable only once its folder is. */
function syncFolder(folder: string): void {
  const fd = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

function storeBroken(message: string): BankError {
  return new BankError({ status: 503, code: 'STORE_BROKEN', message });
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
