import { chmodSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../command-io';
import { makeFolder } from '../make-folder';
import { clusterElsewhere } from './postgres-cluster';

/**
 * Makes a state folder ready for use. Root's may be entered by the user under whom Postgres runs;
 * what lies in it stays closed to others.
 */
export function prepareStateDir(stateDir: string): void {
  makeStateDir(stateDir);
  for (const name of ['run', 'log', 'mail', 'bank', 'temporal']) {
    mkdirSync(join(stateDir, name), { recursive: true, mode: 0o700 });
  }
  const { mode, uid } = statSync(stateDir);
  if (process.getuid?.() === 0 && uid === 0) chmodSync(stateDir, (mode & 0o777) | 0o011);
}

function makeStateDir(path: string): void {
  try {
    makeFolder(path, { mode: 0o700 });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `The state folder ${path} cannot be made (${why}): choose another --state.`;
    throw new CommandError({ code: 'FILE_UNUSABLE', kind: 'fault', message, cause });
  }
}

/** Removes a state folder with everything it kept elsewhere; nothing may be running on it. */
export function removeStateDir(stateDir: string): void {
  const elsewhere = clusterElsewhere(stateDir);
  if (elsewhere !== undefined) rmSync(elsewhere, { recursive: true, force: true });
  rmSync(stateDir, { recursive: true, force: true });
}
