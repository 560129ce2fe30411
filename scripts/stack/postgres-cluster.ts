import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../command-io';
import { reachableFolder, type PostgresServer } from './postgres-server';
import type { SystemUser } from './postgres-user';
import { runProgram } from './run-program';
import { readSecret } from './secrets';

/** A folder with the files of one database server, and the superuser's password. */
export interface Cluster {
  readonly dataFolder: string;
  readonly password: string;
}

const placeFile = 'postgres-place';

/** Whether the user can write into a folder of its own below `parent`. */
async function canWork(parent: string, user: SystemUser): Promise<boolean> {
  const folder = join(parent, `.reach-${randomBytes(4).toString('hex')}`);
  mkdirSync(folder, { mode: 0o700 });
  try {
    chownSync(folder, user.uid, user.gid);
    const args = ['-c', 'cd "$0" && : > reached', folder];
    const env = { PATH: process.env['PATH'] };
    return (await runProgram({ command: 'sh', args, env, timeoutMs: 10_000, user })).code === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The folder under which the cluster lies: the state folder, or, where the server's user cannot
 * reach that, a reachable one whose name the state folder keeps.
 */
export async function clusterParent(
  stateDir: string,
  user: SystemUser | undefined,
): Promise<string> {
  const record = join(stateDir, placeFile);
  if (existsSync(record)) return readFileSync(record, 'utf8').trim();
  const here = realpathSync(stateDir);
  if (user === undefined || (await canWork(here, user))) return here;
  const elsewhere = reachableFolder(`state-${randomBytes(8).toString('hex')}`);
  writeFileSync(record, `${elsewhere}\n`, { mode: 0o600 });
  return elsewhere;
}

/** Where the cluster of a state folder lies outside of it, when it does. */
export function clusterElsewhere(stateDir: string): string | undefined {
  const record = join(stateDir, placeFile);
  return existsSync(record) ? readFileSync(record, 'utf8').trim() : undefined;
}

async function runInitdb(given: {
  server: PostgresServer;
  user: SystemUser | undefined;
  folder: string;
  passwordFile: string;
}): Promise<void> {
  const ended = await runProgram({
    command: join(given.server.binFolder, 'initdb'),
    args: [
      `--pgdata=${given.folder}`,
      `--pwfile=${given.passwordFile}`,
      '--username=postgres',
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--no-instructions',
      // Nothing is in it yet; the server itself syncs every commit.
      '--no-sync',
    ],
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    timeoutMs: 120_000,
    user: given.user,
  });
  if (ended.code === 0) return;
  const said = ended.stderr.trim();
  const message = `The embedded Postgres could not create its files in ${given.folder}: ${said}`;
  throw new CommandError({ code: 'DATABASE_DOWN', kind: 'fault', message });
}

/**
 * The cluster of a state folder, created when there is none: scram passwords only, UTF-8, locale C.
 * A creation that was cut short leaves nothing that would be taken for a cluster.
 *
 * @throws DATABASE_DOWN (fault) when it cannot be created
 */
export async function openCluster(given: {
  stateDir: string;
  server: PostgresServer;
  user: SystemUser | undefined;
}): Promise<Cluster> {
  const { stateDir, server, user } = given;
  const parent = await clusterParent(stateDir, user);
  const dataFolder = join(parent, 'postgres');
  const password = readSecret(stateDir, 'postgres-password');
  if (existsSync(join(dataFolder, 'PG_VERSION'))) return { dataFolder, password };
  const suffix = randomBytes(4).toString('hex');
  const folder = join(parent, `postgres-new-${suffix}`);
  const passwordFile = join(parent, `postgres-pw-${suffix}`);
  try {
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    for (const path of user === undefined ? [] : [folder, passwordFile]) {
      chownSync(path, user?.uid ?? 0, user?.gid ?? 0);
    }
    await runInitdb({ server, user, folder, passwordFile });
    chmodSync(folder, 0o700);
    rmSync(dataFolder, { recursive: true, force: true });
    renameSync(folder, dataFolder);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(folder, { recursive: true, force: true });
  }
  return { dataFolder, password };
}
