import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { instanceKeys } from '../scripts/stack/secrets';
import { figure, type Figure } from './alternate';
import { csvFolder } from './impact/csv-folder';
import { bindIncident, scratchDatabase } from './impact/scratch-database';
import type { TaskInput, Taken, tasks } from './impact/task';

const perDeal = 100;
const memoryMaxMb = 1024;

/**
 * Pages 2 to 4 at the size of a platform: import, scan with both bases stored, diagnosis, each
 * beside the plainest program that does the same, in processes of their own, on one Postgres.
 *
 * Units: `size` is deals, of 100 commitments each.
 */
export async function benchImpact(size = 10_000): Promise<readonly Figure[]> {
  const database = await scratchDatabase();
  const keys = mkdtempSync(join(tmpdir(), 'makewhole-bench-keys-'));
  const folder = await csvFolder({ deals: size, perDeal });
  const { adminUrl, appUrl } = database;
  const keyPath = instanceKeys(keys).privateKeyPath;
  let input = { adminUrl, appUrl, folder, keyPath, incidentId: '', snapshotId: '' };
  try {
    const plainImport = await measured('plain-import', input);
    const ownImport = await measured('import', input);
    input = { ...input, ...(await bindIncident(adminUrl)) };
    const plainScan = await measured('plain-scan', input);
    const scan = await measured('scan', input);
    const onePass = await measured('one-pass', input);
    const diagnosis = await measured('diagnose', input);
    const beside = (what: string, of: { ours: Taken; plain: Taken; goal: number }) => {
      const { ours, plain, goal } = of;
      return figure({ what, ours: ours.ms, baseline: plain.ms, unit: 'ms', goal });
    };
    const peak = Math.max(ownImport.peakMb, scan.peakMb, diagnosis.peakMb);
    return [
      beside('import', { ours: ownImport, plain: plainImport, goal: 2 }),
      beside('scan, both bases stored', { ours: scan, plain: plainScan, goal: 1.5 }),
      beside('diagnosis', { ours: diagnosis, plain: onePass, goal: 2 }),
      figure({ what: 'peak memory', ours: peak, baseline: memoryMaxMb, unit: 'MB', goal: 1 }),
    ];
  } finally {
    await database.close();
    for (const made of [keys, folder]) rmSync(made, { recursive: true, force: true });
  }
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
