import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { packageRoot } from '../../workers/package-root';
import type { Figure } from './mutants';

/** What the judge says of a state folder. */
export type Verdict = {
  figures: Record<Figure, number>;
  approvedLines: number;
  unknown: { messageId: string; state: string | null; deliveredAt: string[] }[];
  findings: { figure: Figure; what: string }[];
};

/** Has the judge look at a stack, as a program of its own: nothing of it runs in here. */
export async function look(stateDir: string): Promise<Verdict> {
  const script = join(packageRoot(), 'test/faults/judge.mjs');
  const child = spawn(process.execPath, [script, '--state', stateDir], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, said] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if ((await code) === 2) throw new Error(said);
  return JSON.parse(out) as Verdict;
}
