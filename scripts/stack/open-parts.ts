import { readDoor } from '../../workers/temporal/door';
import { doorVariables } from '../../workers/temporal/door-variables';
import { allocatorMigrations, ownMigrations, runMigrations } from '../migrate';
import { letAppLogIn } from './app-role';
import { stopOrder } from './leftovers';
import { prepareOwnTemporal } from './own-temporal';
import type { Part } from './part';
import * as parts from './parts';
import type { ChosenPorts } from './choose-ports';
import { reachService } from './reach-service';
import { type InstanceKeys, readSecret } from './secrets';
import type { PartName, StackAddresses } from './stack-file';
import type { StackRecord } from './stack-record';
import { supervise, type Supervised, type SupervisionEvents } from './supervise';
import { findTemporal } from './temporal-binaries';

/** A stack on its way up. */
export interface Starting {
  readonly stateDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
  readonly entries: parts.Entries;
  readonly record: StackRecord;
  readonly ports: ChosenPorts;
  readonly keys: InstanceKeys;
  readonly own: Partial<StackAddresses>;
  readonly running: Map<PartName, Supervised>;
  /** Ends the start early, because one part failed; its reason is that failure. */
  readonly failing: AbortController;
  /** Ends the start early, for whatever reason. */
  readonly signal: AbortSignal;
}

type Database = Pick<StackAddresses, 'databaseUrl' | 'adminDatabaseUrl'>;

function events({ record, say }: Starting): SupervisionEvents {
  return {
    launched: (part, pid) => record.launched(part, pid),
    restarting: (part, { how, waitMs }) =>
      say(`The ${part.name} stopped by itself (${how}): starting it again in ${waitMs / 1000} s.`),
    restarted: (part) => say(`The ${part.name} is running again.`),
    restartFailed: (part, error) =>
      say(
        `The ${part.name} did not start: ${error instanceof Error ? error.message : String(error)}`,
      ),
  };
}

async function run(starting: Starting, part: Part): Promise<void> {
  const { signal } = starting;
  signal.throwIfAborted();
  const since = Date.now();
  const supervised = await supervise({ part, events: events(starting), signal });
  starting.running.set(part.name, supervised);
  starting.say(`${part.name} is up (${((Date.now() - since) / 1000).toFixed(1)} s).`);
}

/** What programs of others get from our environment: nothing of ours, no passwords. */
function plainEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ'];
  return Object.fromEntries(names.map((name) => [name, env[name]]));
}

async function openDatabase(starting: Starting): Promise<Database> {
  const { stateDir, record, say, own } = starting;
  let adminDatabaseUrl = own.adminDatabaseUrl;
  const isEmbedded = adminDatabaseUrl === undefined;
  if (adminDatabaseUrl === undefined) {
    let url = '';
    const part = parts.postgresPart({
      stateDir,
      port: starting.ports.postgres,
      onProgress: say,
      ready: (found) => {
        url = found.adminUrl;
        record.learned('postgres', found);
      },
    });
    await run(starting, part);
    adminDatabaseUrl = url;
  }
  await runMigrations(adminDatabaseUrl, ownMigrations);
  if (own.allocatorUrl === undefined) await runMigrations(adminDatabaseUrl, allocatorMigrations);
  const databaseUrl = isEmbedded
    ? await letAppLogIn(adminDatabaseUrl, readSecret(stateDir, 'app-password'))
    : own.databaseUrl;
  return { adminDatabaseUrl, databaseUrl: databaseUrl ?? adminDatabaseUrl };
}

async function openTemporal(starting: Starting): Promise<void> {
  const { own, env, say } = starting;
  if (own.temporalAddress !== undefined) {
    const { temporalAddress: address, temporalNamespace: namespace = 'default' } = own;
    await prepareOwnTemporal({ address, namespace, door: readDoor(own.temporalDoor ?? {}) });
    return;
  }
  const found = await findTemporal({ program: 'cli', env, onProgress: say });
  await run(starting, parts.temporalPart({ ...starting, env: plainEnv(env) }, found));
}

async function openMail(starting: Starting): Promise<void> {
  const { own, env } = starting;
  if (own.smtpUrl !== undefined) await reachService('SMTP_URL', own.smtpUrl);
  else await run(starting, parts.mailPart({ ...starting, env: plainEnv(env) }));
}

async function openBank(starting: Starting): Promise<void> {
  const { own, env, entries } = starting;
  if (own.bankUrl !== undefined) await reachService('BANK_URL', own.bankUrl);
  else await run(starting, parts.bankPart({ ...starting, env: plainEnv(env) }, entries.bank));
}

async function openAllocator(starting: Starting, database: Promise<Database>): Promise<void> {
  const { own, env, entries, keys } = starting;
  if (own.allocatorUrl !== undefined) {
    await reachService('ALLOCATOR_URL', own.allocatorUrl);
    return;
  }
  const { adminDatabaseUrl } = await database;
  const allocatorEnv = {
    ...plainEnv(env),
    MAKEWHOLE_STATE: starting.stateDir,
    ALLOCATOR_DATABASE_URL: env['ALLOCATOR_DATABASE_URL'] ?? adminDatabaseUrl,
    MAKEWHOLE_INSTANCE_PUBLIC_KEY: keys.publicKeyPath,
  };
  await run(starting, parts.allocatorPart({ ...starting, env: allocatorEnv }, entries.allocator));
}

function addressesOf(starting: Starting, database: Database): StackAddresses {
  const { ports, keys, own } = starting;
  const at = (port: number): string => `127.0.0.1:${port}`;
  return {
    temporalAddress: at(ports.temporal),
    temporalNamespace: 'default',
    temporalUiUrl: `http://${at(ports.temporalUi)}`,
    smtpUrl: `smtp://${at(ports.smtp)}`,
    inboxUrl: `http://${at(ports.inbox)}`,
    allocatorUrl: `http://${at(ports.allocator)}`,
    bankUrl: `http://${at(ports.bank)}`,
    instanceKeyPath: keys.privateKeyPath,
    instancePublicKeyPath: keys.publicKeyPath,
    ...own,
    ...database,
  };
}

/** The embedded Temporal has no door, and a path may not hold from the worker's folder. */
const withoutDoor = Object.fromEntries(doorVariables.map((name) => [name, undefined]));

async function openWorker(
  starting: Starting,
  needs: { database: Promise<Database>; temporal: Promise<void> },
): Promise<StackAddresses> {
  const [database] = await Promise.all([needs.database, needs.temporal]);
  const addresses = addressesOf(starting, database);
  const env = {
    ...starting.env,
    ...withoutDoor,
    ...addresses.temporalDoor,
    APP_DATABASE_URL: undefined,
    MAKEWHOLE_STATE: starting.stateDir,
    DATABASE_URL: addresses.databaseUrl,
    TEMPORAL_ADDRESS: addresses.temporalAddress,
    TEMPORAL_NAMESPACE: addresses.temporalNamespace,
    SMTP_URL: addresses.smtpUrl,
    ALLOCATOR_URL: addresses.allocatorUrl,
    BANK_URL: addresses.bankUrl,
    MAKEWHOLE_INBOX_URL: addresses.inboxUrl ?? undefined,
    MAKEWHOLE_INSTANCE_KEY: addresses.instanceKeyPath,
  };
  await run(starting, parts.workerPart({ ...starting, env }, starting.entries.worker));
  return addresses;
}

/**
 * Starts all that can start at once; gives every address. The first failure ends the start of all
 * others and is thrown once all have come to an end.
 */
export async function openAll(starting: Starting): Promise<StackAddresses> {
  const database = openDatabase(starting);
  const temporal = openTemporal(starting);
  const worker = openWorker(starting, { database, temporal });
  const allocator = openAllocator(starting, database);
  const all = [database, temporal, openMail(starting), openBank(starting), allocator, worker];
  const { failing } = starting;
  const failed = (error: unknown): void => failing.abort(error);
  await Promise.all(all.map((opening) => opening.then(() => undefined, failed)));
  if (failing.signal.aborted) throw failing.signal.reason;
  return worker;
}

/** Stops whatever is running, in order; the first failure is thrown after all were tried. */
export async function stopAll({ running, record }: Starting): Promise<void> {
  record.change({ phase: 'stopping' });
  const failures: unknown[] = [];
  for (const group of stopOrder) {
    const ends = group.map(async (name) => running.get(name)?.stop());
    for (const end of await Promise.allSettled(ends)) {
      if (end.status === 'rejected') failures.push(end.reason);
    }
  }
  record.ended();
  if (failures.length > 0) throw failures[0];
}
