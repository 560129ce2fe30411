import { createHash, createSecretKey, type KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { DoorError } from './door-error';

/** A key that seals what Temporal keeps; its id is worked out from it and tells nothing of it. */
export type CodecKey = { readonly id: string; readonly secret: KeyObject };

const variable = 'MAKEWHOLE_CODEC_KEYS';
const keyBytes = 32;

/**
 * The keys of a file, the one that seals first.
 *
 * Shapes: a line is 32 bytes in base64; lines that are empty or begin with # say nothing.
 * @throws INPUT_INVALID (rejected) when a line is no key, or none is there; it is not repeated
 */
function parseCodecKeys(text: string): [CodecKey, ...CodecKey[]] {
  const keys = text
    .split('\n')
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'))
    .map(({ line, number }) => {
      const bytes = Buffer.from(line, 'base64');
      if (bytes.length !== keyBytes || bytes.toString('base64') !== line) throw noKey(number);
      const id = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
      return { id, secret: createSecretKey(bytes) };
    });
  const [newest, ...older] = keys;
  if (newest === undefined) throw invalid('it holds no key');
  return [newest, ...older];
}

const noKey = (line: number) => invalid(`line ${String(line)} is not 32 bytes in base64`);

function invalid(why: string): DoorError {
  const message =
    `The file that ${variable} names has no usable keys: ${why}. ` +
    'Make one with: openssl rand -base64 32';
  return new DoorError('INPUT_INVALID', { message, path: variable });
}

/**
 * The keys in a file, read again whenever it changes, so that a rotation needs no restart.
 *
 * Ensures: while the file is unreadable or wrong the keys read last stay, and that is said.
 */
export class CodecKeys {
  private keys: [CodecKey, ...CodecKey[]];
  private readAt: string;

  constructor(private readonly path: string) {
    this.readAt = this.state();
    this.keys = this.read();
  }

  /** The key that seals from now on. */
  newest(): CodecKey {
    return this.current()[0];
  }

  /** The key of this id, if it is one of ours. */
  find(id: string): CodecKey | undefined {
    return this.current().find((key) => key.id === id);
  }

  /** The ids of all keys, the one that seals first. */
  ids(): string[] {
    return this.current().map(({ id }) => id);
  }

  private current(): [CodecKey, ...CodecKey[]] {
    const state = this.state();
    if (state === this.readAt) return this.keys;
    this.readAt = state; // What is wrong with it is said once.
    try {
      this.keys = this.read();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      process.stderr.write(`goes on with the keys read before: ${why}\n`);
    }
    return this.keys;
  }

  private state(): string {
    const found = statSync(this.path, { throwIfNoEntry: false });
    return `${String(found?.mtimeMs)} ${String(found?.size)} ${String(found?.ino)}`;
  }

  private read(): [CodecKey, ...CodecKey[]] {
    return parseCodecKeys(readFileSync(this.path, 'utf8'));
  }
}
