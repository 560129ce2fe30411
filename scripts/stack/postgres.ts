import { existsSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { CommandError } from '../command-io';
import { freePort, isPortFree } from './free-port';
import { lastLines } from './last-lines';
import { launch, type Launched } from './launch';
import { isRunning, pidRecord, type PidRecord, stopPid, type StopStep } from './pid-record';
import { type Cluster, openCluster } from './postgres-cluster';
import { preparePostgresServer, type PostgresServer } from './postgres-server';
import { postgresUser, type SystemUser } from './postgres-user';
import { runProgram } from './run-program';
import { prepareStateDir } from './state-dir';

/** The embedded Postgres, running. */
export interface RunningPostgres {
  /** The superuser's address of the database `makewhole`; holds the password. */
  readonly adminUrl: string;
  readonly port: number;
  readonly record: PidRecord;
  readonly version: string;
  readonly source: string;
  readonly dataFolder: string;
  /** Whether it was found running, left over from a program that was killed. */
  readonly adopted: boolean;
  /** Settles when it is over, with how. */
  readonly exited: Promise<string>;
  /** Ends it by a fast shutdown: open transactions are rolled back, nothing committed is lost. */
  stop(): Promise<void>;
}

/** What starting the embedded Postgres depends on. */
export interface PostgresStart {
  readonly stateDir: string;
  /** The port to take when it is free. */
  readonly port?: number | undefined;
  readonly onProgress?: (line: string) => void;
  /** Another server than the packaged one. */
  readonly serverFolder?: string;
}

const database = 'makewhole';
const attemptsMax = 8;
const readyWaitMs = 60_000;
const pollMs = 25;

// Fast, then immediate, then by force: each loses less than the next.
const stopSteps: readonly StopStep[] = [
  { signal: 'SIGINT', waitMs: 15_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];

interface Context {
  readonly start: PostgresStart;
  readonly server: PostgresServer;
  readonly user: SystemUser | undefined;
  readonly cluster: Cluster;
  readonly logFile: string;
}

interface PidFile {
  readonly pid: number;
  readonly port: number;
  readonly isReady: boolean;
}

function readPidFile(dataFolder: string): PidFile | undefined {
  const path = join(dataFolder, 'postmaster.pid');
  if (!existsSync(path)) return undefined;
  const lines = readFileSync(path, 'utf8').split('\n');
  const pid = Number.parseInt(lines[0] ?? '', 10);
  const port = Number.parseInt(lines[3] ?? '', 10);
  return { pid, port, isReady: lines[7]?.trim() === 'ready' };
}

function urlOf(given: { password: string; port: number; name: string }): string {
  return `postgres://postgres:${given.password}@127.0.0.1:${given.port}/${given.name}`;
}

async function inServer<T>(
  { cluster, port }: { cluster: Cluster; port: number },
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const connectionString = urlOf({ password: cluster.password, port, name: 'postgres' });
  const client = new Client({ connectionString, connectionTimeoutMillis: 3_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Whether the server on the port takes our password and works on this very cluster. */
async function isOurs(cluster: Cluster, port: number): Promise<boolean> {
  try {
    const folder = await inServer({ cluster, port }, async (client) => {
      const sql = `SELECT current_setting('data_directory') AS folder`;
      return (await client.query<{ folder: string }>(sql)).rows[0]?.folder;
    });
    return folder !== undefined && realpathSync(folder) === realpathSync(cluster.dataFolder);
  } catch {
    return false;
  }
}

/** Whether a running program is a Postgres on this cluster, be it healthy or not. */
async function worksOnCluster(pid: number, dataFolder: string): Promise<boolean> {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(dataFolder);
  } catch {
    const args = ['-o', 'command=', '-p', `${pid}`];
    const listed = await runProgram({ command: 'ps', args, timeoutMs: 5_000 });
    return listed.stdout.includes('postgres') && listed.stdout.includes(dataFolder);
  }
}

async function createDatabase(cluster: Cluster, port: number): Promise<void> {
  await inServer({ cluster, port }, async (client) => {
    const sql = 'SELECT FROM pg_database WHERE datname = $1';
    const { rowCount } = await client.query(sql, [database]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${database}`);
  });
}

function running(
  { server, cluster }: Context,
  found: { port: number; record: PidRecord; adopted: boolean; exited: Promise<string> },
): RunningPostgres {
  const { version, source } = server;
  const { dataFolder, password } = cluster;
  const adminUrl = urlOf({ password, port: found.port, name: database });
  const stop = async (): Promise<void> => {
    await stopPid(found.record, stopSteps);
    if (!found.adopted) await found.exited;
  };
  return { ...found, adminUrl, version, source, dataFolder, stop };
}

async function untilOver(record: PidRecord): Promise<string> {
  while (isRunning(record)) await sleep(250, undefined, { ref: false });
  return 'it ended';
}

/** A server that a killed program left behind: taken over when it works, else stopped. */
async function adoptOrStop(context: Context): Promise<RunningPostgres | undefined> {
  const { dataFolder } = context.cluster;
  const say = context.start.onProgress ?? (() => undefined);
  const file = readPidFile(dataFolder);
  if (file === undefined) return undefined;
  const record = Number.isSafeInteger(file.pid) ? pidRecord(file.pid) : undefined;
  if (record !== undefined && (await worksOnCluster(record.pid, dataFolder))) {
    if (await isOurs(context.cluster, file.port)) {
      say(`Postgres was still running (pid ${record.pid}): taken over.`);
      await createDatabase(context.cluster, file.port);
      const exited = untilOver(record);
      return running(context, { port: file.port, record, adopted: true, exited });
    }
    say(`A Postgres left over on these files does not answer (pid ${record.pid}): stopping it.`);
    await stopPid(record, stopSteps);
  }
  rmSync(join(dataFolder, 'postmaster.pid'), { force: true });
  return undefined;
}

function launchServer(context: Context, port: number): Promise<Launched> {
  const { server, user, cluster, logFile } = context;
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '100',
    timezone: 'UTC',
    log_timezone: 'UTC',
  };
  const pairs = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return launch({
    command: join(server.binFolder, 'postgres'),
    args: ['-D', cluster.dataFolder, '-p', `${port}`, ...pairs],
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    cwd: cluster.dataFolder,
    logFile,
    user,
  });
}

/** Waits until the server takes connections; how it ended when it did not get that far. */
async function untilReady(launched: Launched, context: Context): Promise<string | undefined> {
  let ended: string | undefined;
  void launched.exited.then((how) => (ended = how));
  const deadline = Date.now() + readyWaitMs;
  while (Date.now() < deadline) {
    if (ended !== undefined) return ended;
    const file = readPidFile(context.cluster.dataFolder);
    if (file?.pid === launched.record.pid && file.isReady) return undefined;
    await sleep(pollMs);
  }
  await launched.stop(stopSteps);
  return `not ready in ${readyWaitMs / 1000} s`;
}

async function startServer(context: Context): Promise<RunningPostgres> {
  let ended = '';
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const port = await freePort(context.start.port, new Set());
    const launched = await launchServer(context, port);
    const how = await untilReady(launched, context);
    if (how === undefined) {
      await createDatabase(context.cluster, port);
      const { record, exited } = launched;
      return running(context, { port, record, adopted: false, exited });
    }
    ended = how;
    // Another program was quicker at the port, or what a killed server left behind is still ending.
    if (await isPortFree(port)) await sleep(200 * attempt);
  }
  const { logFile } = context;
  const end = lastLines(logFile);
  const message = `The embedded Postgres did not start (${ended}). ${logFile} ends:\n${end}`;
  throw new CommandError({ code: 'DATABASE_DOWN', kind: 'fault', message });
}

/**
 * Starts the embedded Postgres of a state folder, creating it on first use: loopback only, scram
 * passwords, no socket files. As root it runs as another user. A server that a killed program left
 * behind is taken over when it works, else stopped.
 *
 * Ensures: the database `makewhole` exists and takes connections.
 * @throws DATABASE_DOWN (fault) when it cannot be started; the message holds the end of its log
 */
export async function startPostgres(start: PostgresStart): Promise<RunningPostgres> {
  prepareStateDir(start.stateDir);
  const user = postgresUser();
  const { stateDir, serverFolder } = start;
  const server = await preparePostgresServer({ user, ...(serverFolder && { serverFolder }) });
  const cluster = await openCluster({ stateDir, server, user });
  const logFile = join(stateDir, 'log', 'postgres.log');
  const context: Context = { start, server, user, cluster, logFile };
  return (await adoptOrStop(context)) ?? (await startServer(context));
}
