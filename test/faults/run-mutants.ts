/**
 * Takes each protection away, one at a time, plays the drill under the fault it protects from, and
 * has the judge look: the matching figure has to turn red.
 *
 *   node dist/test/faults/run-mutants.js [--whole] [NAME...]
 *
 * With `--whole` the same faults are played with every protection in place: nothing may be seen.
 */
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { runWords } from '../../scripts/cli';
import { playDrill } from '../../scripts/demo/play';
import { startStack } from '../../scripts/stack/start-stack';
import { removeStateDir } from '../../scripts/stack/state-dir';
import { look, type Verdict } from './look';
import { mutants, type Mutant } from './mutants';

const looksEveryMs = 2_000;
/** Long past any poll or retry of the demo's pack. */
const stillForMs = 40_000;
/** What cannot be undone is red at once; the rest only when nothing changes any more. */
const lasting = ['doubled', 'orphaned', 'untrue'];

type Played = { name: string; verdict: Verdict; red: boolean; seconds: number };

async function play(name: string, { mutant, isWhole }: Given): Promise<Played> {
  const begun = Date.now();
  const stateDir = mkdtempSync(join(tmpdir(), 'makewhole-mutant-'));
  chmodSync(stateDir, 0o755); // The database's own user enters it.
  const env = { ...process.env, MAKEWHOLE_MUTANT: isWhole ? `+${name}` : name };
  const entries = { worker: join(__dirname, 'mutant-worker.js') };
  const stack = await startStack({ stateDir, env, entries });
  try {
    if (mutant.sql !== undefined && !isWhole) {
      await changeTables(stack.addresses.adminDatabaseUrl, mutant.sql);
    }
    const drill = playDrill({ stack: stack.addresses, stateDir, write: () => undefined, runWords });
    const verdict = await watch(stateDir, { mutant, isWhole, ended: settled(drill) });
    const seconds = Math.round((Date.now() - begun) / 1000);
    return { name, verdict, red: isSeen(mutant, verdict), seconds };
  } finally {
    await stack.stop();
    removeStateDir(stateDir);
  }
}

type Given = { mutant: Mutant; isWhole: boolean };

async function changeTables(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** A drill that breaks off is no fault of this program: the judge says what came of it. */
function settled(drill: Promise<unknown>): () => boolean {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  drill.then(over, over);
  return () => isOver;
}

/** Looks until what has to be seen is seen for good, or nothing goes on any more. */
async function watch(stateDir: string, given: Given & { ended: () => boolean }): Promise<Verdict> {
  const { mutant, isWhole, ended } = given;
  let [before, since] = ['', Date.now()];
  for (;;) {
    await wait(looksEveryMs);
    const isOver = ended();
    const verdict = await look(stateDir);
    const seen = isSeen(mutant, verdict);
    if (isOver || (!isWhole && seen && lasting.includes(mutant.figure))) return verdict;
    const now = JSON.stringify(verdict.findings);
    if (now !== before) [before, since] = [now, Date.now()];
    if (Date.now() - since > stillForMs) return verdict;
  }
}

const isSeen = ({ figure, seen }: Mutant, { findings }: Verdict): boolean =>
  findings.some((found) => found.figure === figure && seen.test(found.what));

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { whole: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const isWhole = values.whole;
  const wanted = Object.entries(mutants).filter(([name, { fault }]) => {
    if (isWhole && fault === undefined) return false;
    return positionals.length === 0 || positionals.includes(name);
  });
  let asWanted = 0;
  for (const [name, mutant] of wanted) {
    const { verdict, red, seconds } = await play(name, { mutant, isWhole });
    const figures = Object.entries(verdict.figures).map(([figure, count]) => `${figure} ${count}`);
    const isClean = Object.values(verdict.figures).every((count) => count === 0);
    const isRight = isWhole ? isClean : red;
    if (isRight) asWanted += 1;
    const what = isWhole ? `with ${mutant.without}` : `without ${mutant.without}`;
    const how = isRight ? 'as it must be' : 'NOT AS IT MUST BE';
    process.stdout.write(`${name}, ${what}: ${figures.join(', ')}; ${how} (${seconds} s)\n`);
    if (isRight && !isWhole) continue;
    for (const { figure, what: said } of verdict.findings)
      process.stdout.write(`  ${figure}: ${said}\n`);
  }
  const what = isWhole ? 'faults with nothing to be seen' : 'mutants caught';
  process.stdout.write(`${asWanted} of ${wanted.length} ${what}\n`);
  return asWanted === wanted.length ? 0 : 1;
}

main().then(
  (code) => {
    process.exit(code);
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? String(error.stack) : String(error)}\n`);
    process.exit(2);
  },
);
