import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { instanceKeys } from '../scripts/stack/secrets';
import { figure, median, type Figure } from './alternate';
import { csvFolder } from './impact/csv-folder';
import { bindIncident, checkpoint, emptyTables, scratchDatabase } from './impact/scratch-database';
import type { TaskInput, Taken, tasks } from './impact/task';

const perDeal = 100;
const memoryMaxMb = 1024;
const rounds = 3;

/**
 * Pages 2 to 4 at the size of a platform: import, scan with both bases stored, diagnosis, each
 * beside the plainest program that does the same and beside a bare COPY of the same rows, in
 * processes of their own, on one Postgres.
 *
 * Method: rounds on emptied tables, who begins alternating; a checkpoint before each, so that
 * nobody pays for what another has written; medians.
 * Units: `size` is deals, of 100 commitments each.
 */
export async function benchImpact(size = 10_000): Promise<readonly Figure[]> {
  const database = await scratchDatabase();
  const keys = mkdtempSync(join(tmpdir(), 'makewhole-bench-keys-'));
  const folder = await csvFolder({ deals: size, perDeal });
  const { adminUrl, appUrl } = database;
  const keyPath = instanceKeys(keys).privateKeyPath;
  const input = { adminUrl, appUrl, folder, keyPath, incidentId: '', snapshotId: '' };
  try {
    const taken = new Map<Task, Taken[]>();
    for (let round = 0; round < rounds; round += 1) await measureAll({ taken, round, input });
    return figuresOf((task, of) => median((taken.get(task) ?? []).map((each) => each[of])));
  } finally {
    await database.close();
    for (const made of [keys, folder]) rmSync(made, { recursive: true, force: true });
  }
}

type Task = keyof typeof tasks;

/** Pairs in the order of the work; a scan needs what an import has left. */
const imports: readonly Task[] = ['copy-in', 'plain-import', 'import'];
const readers: readonly Task[] = ['copy-out', 'plain-scan', 'scan', 'one-pass', 'diagnose'];

type Round = { taken: Map<Task, Taken[]>; round: number; input: TaskInput };

async function measureAll({ taken, round, input }: Round): Promise<void> {
  const { adminUrl } = input;
  const all = async (order: readonly Task[], on: TaskInput) => {
    for (const task of round % 2 === 0 ? order : order.toReversed()) {
      await checkpoint(adminUrl);
      taken.set(task, [...(taken.get(task) ?? []), await measured(task, on)]);
    }
  };
  await emptyTables(adminUrl);
  await all(imports, input);
  await all(readers, { ...input, ...(await bindIncident(adminUrl, round + 1)) });
}

function figuresOf(took: (task: Task, of: keyof Taken) => number): Figure[] {
  const beside = (...[what, ours, plain, goal]: [string, Task, Task, goal?: number]) => {
    return figure({ what, ours: took(ours, 'ms'), baseline: took(plain, 'ms'), unit: 'ms', goal });
  };
  const peak = Math.max(...(['import', 'scan', 'diagnose'] as const).map((t) => took(t, 'peakMb')));
  return [
    beside('import', 'import', 'plain-import', 2),
    beside('import, beside a bare COPY in', 'import', 'copy-in'),
    beside('scan, both bases stored', 'scan', 'plain-scan', 1.5),
    beside('scan, beside a bare COPY out', 'scan', 'copy-out'),
    beside('diagnosis', 'diagnose', 'one-pass', 2),
    figure({ what: 'peak memory', ours: peak, baseline: memoryMaxMb, unit: 'MB', goal: 1 }),
  ];
}

async function measured(name: keyof typeof tasks, input: TaskInput): Promise<Taken> {
  const args = [join(__dirname, 'impact/task.js'), name, JSON.stringify(input)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit') as Promise<[number | null]>;
  const [said, [code]] = await Promise.all([text(child.stdout), exit]);
  if (code !== 0) throw new Error(`${name} ended with exit code ${String(code)}`);
  const taken = JSON.parse(said) as Taken;
  process.stderr.write(`${name}: ${Math.round(taken.ms)} ms, ${Math.round(taken.peakMb)} MB\n`);
  return taken;
}
