import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Pool } from 'pg';
import { waitFor } from '../../scripts/demo/hands';
import { playDrill } from '../../scripts/demo/play';
import { holdAgainstWorkedTable } from '../../scripts/demo/proof';
import { startStack, type Stack } from '../../scripts/stack/start-stack';
import { removeStateDir } from '../../scripts/stack/state-dir';
import { packageRoot } from '../../workers/package-root';
import { giveOrders, readDiary, type Entry } from './diary';
import { causeTrouble, type Outage } from './trouble';
import { named, type Fault } from './fault';
import { mutantNamed } from './mutants';
import { openNet, type Net } from './net';
import { runPatiently, settleUnknownLetters, type UnknownLetter } from './patient-people';

/** What one play came to. */
export type Played = {
  faults: Fault[];
  /** What the judge found, counted. */
  figures: Record<string, number>;
  findings: { figure: string; what: string }[];
  /** Why the drill itself broke off, if it did. */
  brokeOff: string | null;
  unknown: UnknownLetter[];
  outages: Outage[];
  diary: Entry[];
  seconds: number;
};

const faultyWorker = 'dist/test/faults/faulty-worker.js';

type Telling = { say: (line: string) => void; signal: AbortSignal };

/** `mutant`: the protection that a play is played without; `keep`: where traces are kept. */
type Wanted = Telling & { mutant?: string; keep?: string | undefined };

/**
 * Plays the two-deal incident once on a stack of its own while `faults` happen to it.
 *
 * Ensures: nothing it started is left running, also when `signal` breaks it off.
 */
export async function play(faults: Fault[], wanted: Wanted): Promise<Played> {
  const { say, signal, mutant: name } = wanted;
  const stateDir = mkdtempSync(join(tmpdir(), 'makewhole-faults-'));
  chmodSync(stateDir, 0o755); // The database runs as a user of its own.
  const deaths = faults.filter((fault) => fault.kind === 'death');
  const troubles = faults.filter((fault) => fault.kind === 'net');
  const net = troubles.length === 0 ? undefined : await openNet(stateDir, troubles);
  giveOrders(stateDir, {
    deaths,
    ...(net === undefined ? {} : { net: net.ports }),
    ...(name === undefined ? {} : { mutant: name }),
  });
  const begun = Date.now();
  const stack = await startStack({
    stateDir,
    env: withoutReplacements(process.env),
    entries: { worker: faultyWorker },
    onProgress: say,
    signal,
  });
  try {
    const sql = mutantNamed(name)?.sql;
    const live = await playOn(stack, { stateDir, faults, say, signal, sql });
    live.outages.push(...outagesOf(net));
    signal.throwIfAborted();
    const { figures, findings } = await judgedAtRest(stateDir);
    const isWhole = findings.length === 0 && live.brokeOff === null;
    if (wanted.keep !== undefined && !isWhole) keepTraces(stateDir, wanted.keep);
    const seconds = Math.round((Date.now() - begun) / 1000);
    return { faults, figures, findings, ...live, diary: readDiary(stateDir), seconds };
  } finally {
    await stack.stop();
    await net?.close();
    removeStateDir(stateDir);
  }
}

const outagesOf = (net: Net | undefined): Outage[] =>
  (net?.passed() ?? []).map(({ trouble, at, freeAt }) => {
    return { fault: named({ kind: 'net', ...trouble }), at, backAt: freeAt };
  });

type Given = Telling & { stateDir: string; faults: Fault[]; sql: string | undefined };

async function playOn(
  stack: Stack,
  { stateDir, faults, say, signal: broken, sql }: Given,
): Promise<Pick<Played, 'brokeOff' | 'unknown' | 'outages'>> {
  const pool = new Pool({ connectionString: stack.addresses.adminDatabaseUrl, max: 2 });
  pool.on('error', () => undefined); // It is among what is killed.
  if (sql !== undefined) await pool.query(sql);
  const over = new AbortController();
  const { signal } = over;
  const people = settleUnknownLetters({ pool, stateDir, signal });
  const trouble = causeTrouble({ stack, stateDir, pool, faults, signal });
  let brokeOff: string | null = null;
  try {
    const { addresses } = stack;
    const write = (line: string) => say(line);
    const drill = playDrill({ stack: addresses, stateDir, write, runWords: runPatiently });
    holdAgainstWorkedTable(await Promise.race([drill, endOf(broken)]));
    await waitFor('the incident is closed in the books', () => isClosed(pool));
  } catch (error) {
    brokeOff = error instanceof Error ? error.message : String(error);
  } finally {
    over.abort();
  }
  const [unknown, outages] = await Promise.all([people, trouble]);
  await pool.end();
  return { brokeOff, unknown, outages };
}

/** The last page is turned before the incident is closed; a worker may die between the two. */
async function isClosed(pool: Pool): Promise<boolean> {
  const asked = pool.query('SELECT FROM incidents WHERE closed_at IS NULL');
  return asked.then(({ rowCount }) => rowCount === 0).catch(() => false);
}

/** Throws once a signal breaks off. */
function endOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('Interrupted.')), { once: true });
  });
}

/** A drill runs on parts of its own, whatever the environment names. */
function withoutReplacements(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const replaced = /^((APP_|ALLOCATOR_)?DATABASE_URL|TEMPORAL_\w+|\w+_URL|MAKEWHOLE_STATE)$/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !replaced.test(name)));
}

type Verdict = Pick<Played, 'figures' | 'findings'>;

/** Logs and diary of a play that was not whole, for whoever asks why. */
function keepTraces(stateDir: string, folder: string): void {
  for (const part of ['log', 'faults']) {
    cpSync(join(stateDir, part), join(folder, basename(stateDir), part), { recursive: true });
  }
}

/** A drill that broke off may have left something that is just being started again. */
async function judgedAtRest(stateDir: string): Promise<Verdict> {
  for (let left = 20; ; left -= 1) {
    try {
      return await judged(stateDir);
    } catch (error) {
      if (left === 0) throw error;
      await wait(1_000);
    }
  }
}

/** The judge is a program of its own, which shares no code with ours. */
async function judged(stateDir: string): Promise<Verdict> {
  const judge = join(packageRoot(), 'test/faults/judge.mjs');
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [judge, '--state', stateDir], (error, out, err) => {
      try {
        resolve(JSON.parse(out) as Verdict); // It ends with 1 when a figure is not zero.
      } catch {
        reject(new Error(`the judge could not look: ${err}`, { cause: error }));
      }
    });
  });
}
