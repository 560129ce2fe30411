import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ImpactLine } from '../../domain/scan';
import { packageRoot } from '../../workers/package-root';

/** What the generator says is true of a history it made. */
export type Truth = {
  versions: { version: string; rule: string; firstDeal: string | null }[];
  mismatches: { deal: string; investor: string }[];
};

/** What the program of its own finds in an import folder. */
export type Exact = {
  deals: number;
  commitments: number;
  lines: ImpactLine[];
  mismatches: { deal: string; investor: string; recorded: string; following: string }[];
};

const folders: string[] = [];

/** Removes every folder made here. */
export function removeMade(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** A folder that is removed in the end. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'makewhole-outsider-'));
  folders.push(folder);
  return folder;
}

/** Makes up the history of a seed in a new folder. */
export async function makeHistory(
  seed: number,
  ...flags: string[]
): Promise<{ folder: string; truth: Truth }> {
  const folder = newFolder();
  const truth = await outside('made-history.mjs', String(seed), folder, ...flags);
  return { folder, truth: JSON.parse(truth) as Truth };
}

/** What should have been, by the program that knows nothing of ours. */
export async function exactly(folder: string): Promise<Exact> {
  return JSON.parse(await outside('exact-impact.mjs', folder)) as Exact;
}

/** Runs one of the programs here as a stranger would, and answers what it prints. */
export async function outside(program: string, ...words: string[]): Promise<string> {
  const script = join(packageRoot(), 'test/outsider', program);
  const options = { maxBuffer: 1 << 28 };
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...words], options);
  return stdout;
}
