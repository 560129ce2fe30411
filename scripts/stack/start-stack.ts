import { resolve } from 'node:path';
import { makeFirstAdmin } from '../../workers/wire-registry';
import { CommandError } from '../command-io';
import { choosePorts } from './choose-ports';
import { stopLeftovers } from './leftovers';
import { openAll, type Starting, stopAll } from './open-parts';
import { builtEntries, type Entries } from './parts';
import { addressesFromEnv } from './read-stack';
import { instanceKeys } from './secrets';
import { type PartName, readStackFile, type StackAddresses } from './stack-file';
import { StackRecord } from './stack-record';
import { prepareStateDir } from './state-dir';
import { superviseAlone } from './supervisor-lock';

/** What starting a stack depends on. */
export interface StartOptions {
  readonly stateDir: string;
  /** Where addresses that replace parts are looked up; the programs started inherit it. */
  readonly env?: NodeJS.ProcessEnv;
  readonly onProgress?: (line: string) => void;
  /** Other programs in the place of our own. */
  readonly entries?: Partial<Entries>;
  /** Ends the start early; what was started is stopped again. */
  readonly signal?: AbortSignal;
}

/** A running stack, supervised by this program until it is stopped. */
export interface Stack {
  readonly addresses: StackAddresses;
  /** The pid of a part just now; it changes when the part dies and is started again. */
  pidOf(name: PartName): number | undefined;
  /** Stops the worker, then what it uses, and at last Temporal and Postgres; the state stays. */
  stop(): Promise<void>;
}

async function prepare(options: StartOptions, stateDir: string): Promise<Starting> {
  const say = options.onProgress ?? (() => undefined);
  const env = options.env ?? process.env;
  const before = readStackFile(stateDir);
  const stopped = await stopLeftovers(before, { keep: ['postgres'] });
  if (stopped.length > 0)
    say(`Stopped what an earlier run had left running: ${stopped.join(', ')}.`);
  const failing = new AbortController();
  const ports = await choosePorts(before.ports, say);
  const record = new StackRecord(stateDir, { ...before, parts: {} });
  record.change({ phase: 'starting', addresses: null, ports });
  return {
    stateDir,
    env,
    say,
    record,
    ports,
    entries: { ...builtEntries, ...options.entries },
    keys: instanceKeys(stateDir),
    own: addressesFromEnv(env),
    running: new Map(),
    failing,
    signal: options.signal ? AbortSignal.any([options.signal, failing.signal]) : failing.signal,
  };
}

/** Somebody has to enrol the others: the first admin's key lies on this machine. */
async function enrolFirstAdmin(addresses: StackAddresses, stateDir: string): Promise<void> {
  const { databaseUrl, instancePublicKeyPath } = addresses;
  const at = new Date().toISOString();
  await makeFirstAdmin({ databaseUrl, stateDir, instancePublicKeyPath, at });
}

/**
 * Starts the whole stack on a state folder and supervises it: Postgres (migrated), Temporal, mail,
 * bank, allocator, worker, each replaced by what the environment names. Parts that die are started
 * again; what an earlier, killed run left behind is taken over or stopped.
 *
 * Ensures: when it throws, nothing it started is left running.
 * @throws STACK_BUSY (refused) when another program supervises this state folder
 * @throws DATABASE_DOWN (fault) when there is no database, or it cannot be migrated
 * @throws TEMPORAL_DOWN (fault) when the Temporal that was named does not answer
 * @throws TEMPORAL_MISSING (fault) when no Temporal was found and none could be fetched
 * @throws PORT_BUSY (fault) when no free port was found
 * @throws SERVICE_UNREACHABLE (fault) when another part does not answer
 */
export async function startStack(options: StartOptions): Promise<Stack> {
  const stateDir = resolve(options.stateDir);
  prepareStateDir(stateDir);
  const lock = superviseAlone(stateDir);
  if ('other' in lock) {
    const message =
      `The stack in ${stateDir} is already supervised by pid ${lock.other.pid}: ` +
      `stop it with ./makewhole down --state ${stateDir}, or choose another --state.`;
    throw new CommandError({ code: 'STACK_BUSY', kind: 'refused', message });
  }
  let starting: Starting | undefined;
  try {
    starting = await prepare(options, stateDir);
    const addresses = await openAll(starting);
    await enrolFirstAdmin(addresses, stateDir);
    starting.record.change({ phase: 'up', addresses });
    const { record } = starting;
    const everything = starting;
    return {
      addresses,
      pidOf: (name) => record.pidOf(name),
      stop: () => stopAll(everything).finally(lock.release),
    };
  } catch (error) {
    if (starting !== undefined) await stopAll(starting).catch(() => undefined);
    lock.release();
    options.signal?.throwIfAborted();
    throw error;
  }
}
