import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { sha256OfFile } from './sha256-of-file';
import type { TemporalPin } from './temporal-pins';

const stampSchema = z.object({
  sha256: z.string(),
  size: z.number(),
  mtimeMs: z.number(),
  source: z.string(),
});

/** A binary in the cache, with where it once came from. */
export interface CachedBinary {
  readonly path: string;
  readonly source: string;
}

function writable(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The folder for downloaded programs: `XDG_CACHE_HOME`, else `~/.cache`, else, where neither can be
 * written, a folder of this user under the temporary folder.
 */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const xdg = env['XDG_CACHE_HOME'];
  const home = env['HOME'] ?? homedir();
  const wished = [xdg, home === '' ? undefined : join(home, '.cache')]
    .filter((base): base is string => base?.startsWith('/') === true)
    .map((base) => join(base, 'makewhole'));
  const found = wished.find(writable);
  if (found !== undefined) return found;
  const own = join(tmpdir(), `makewhole-cache-${userInfo().uid}`);
  mkdirSync(own, { recursive: true, mode: 0o700 });
  if (statSync(own).uid !== userInfo().uid) {
    throw new Error(`${own} belongs to somebody else: set XDG_CACHE_HOME to a folder of your own.`);
  }
  return own;
}

function pathInCache(folder: string, pin: TemporalPin): string {
  return join(folder, `${pin.executable}-${pin.version}-${pin.platform}`, pin.executable);
}

function readStamp(path: string): z.infer<typeof stampSchema> | undefined {
  try {
    return stampSchema.parse(JSON.parse(readFileSync(`${path}.stamp`, 'utf8')));
  } catch {
    return undefined;
  }
}

function writeStamp(path: string, stamp: z.infer<typeof stampSchema>): void {
  const fresh = `${path}.stamp.${randomBytes(6).toString('hex')}`;
  writeFileSync(fresh, JSON.stringify(stamp));
  renameSync(fresh, `${path}.stamp`);
}

/**
 * The cached binary of a pin, once its hash is known to be the pinned one. A file whose size and
 * time are those of the last full hash is not hashed again; a wrong one is removed and counts as
 * absent.
 */
export async function cachedBinary(
  folder: string,
  pin: TemporalPin,
): Promise<CachedBinary | undefined> {
  const path = pathInCache(folder, pin);
  if (!existsSync(path)) return undefined;
  const stamp = readStamp(path);
  const { size, mtimeMs } = statSync(path);
  const expected = pin.binarySha256 ?? stamp?.sha256;
  const untouched = stamp?.size === size && stamp.mtimeMs === mtimeMs && stamp.sha256 === expected;
  if (untouched) return { path, source: stamp.source };
  const sha256 = await sha256OfFile(path);
  if (sha256 !== expected) {
    rmSync(dirname(path), { recursive: true, force: true });
    return undefined;
  }
  const source = stamp?.source ?? 'an earlier run';
  writeStamp(path, { sha256, size, mtimeMs, source });
  return { path, source };
}

/**
 * Puts a freshly fetched binary into the cache in one step, so that of two installers at once both
 * end with a whole file.
 *
 * Ensures: one whose hash is not the pinned one is not installed; the error names both.
 */
export async function installBinary(given: {
  folder: string;
  pin: TemporalPin;
  file: string;
  source: string;
}): Promise<CachedBinary> {
  const { folder, pin, file, source } = given;
  const path = pathInCache(folder, pin);
  mkdirSync(dirname(path), { recursive: true });
  const fresh = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    copyFileSync(file, fresh);
    chmodSync(fresh, 0o755);
    const sha256 = await sha256OfFile(fresh);
    if (pin.binarySha256 !== undefined && sha256 !== pin.binarySha256) {
      throw new Error(
        `${pin.executable} ${pin.version} from ${source} has SHA-256 ${sha256}, ` +
          `expected ${pin.binarySha256}: refused`,
      );
    }
    const { size, mtimeMs } = statSync(fresh);
    renameSync(fresh, path);
    writeStamp(path, { sha256, size, mtimeMs, source });
    return { path, source };
  } finally {
    rmSync(fresh, { force: true });
  }
}
