import { chmodSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { clusterElsewhere } from './postgres-cluster';

/**
 * Makes a state folder ready for use. Root's may be entered by the user under whom Postgres runs;
 * what lies in it stays closed to others.
 */
export function prepareStateDir(stateDir: string): void {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  for (const name of ['run', 'log', 'mail', 'bank', 'temporal']) {
    mkdirSync(join(stateDir, name), { recursive: true, mode: 0o700 });
  }
  const { mode, uid } = statSync(stateDir);
  if (process.getuid?.() === 0 && uid === 0) chmodSync(stateDir, (mode & 0o777) | 0o011);
}

/** Removes a state folder with everything it kept elsewhere; nothing may be running on it. */
export function removeStateDir(stateDir: string): void {
  const elsewhere = clusterElsewhere(stateDir);
  if (elsewhere !== undefined) rmSync(elsewhere, { recursive: true, force: true });
  rmSync(stateDir, { recursive: true, force: true });
}
