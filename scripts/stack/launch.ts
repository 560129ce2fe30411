import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { pidRecord, type PidRecord, stopPid, type StopStep } from './pid-record';

const logBytesMax = 10_000_000;

/** A program to be run in the background, its output in a log file. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly logFile: string;
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
}

/** A program that runs, or did. */
export interface Launched {
  readonly record: PidRecord;
  /** Settles when it is over, with how: `exit 1` or `SIGKILL`. */
  readonly exited: Promise<string>;
  stop(steps: readonly StopStep[]): Promise<void>;
}

/** Opens a log for appending, in a fresh file when the old one has grown large. */
function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  if (existsSync(path) && statSync(path).size > logBytesMax) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o600);
}

/**
 * Starts a program in a session of its own, so that a Ctrl-C in the terminal reaches only us and we
 * can stop the programs in order; it also survives us, to be found again.
 *
 * Ensures: it throws when the program cannot be started at all.
 */
export async function launch(given: Launch): Promise<Launched> {
  const log = openLog(given.logFile);
  try {
    const child = spawn(given.command, given.args, {
      cwd: given.cwd,
      env: given.env,
      detached: true,
      stdio: ['ignore', log, log],
      ...given.user,
    });
    const exited = new Promise<string>((settle) => {
      child.once('exit', (code, signal) => settle(signal ?? `exit ${code ?? 'unknown'}`));
    });
    await new Promise<void>((settle, reject) => {
      child.once('spawn', settle);
      child.once('error', reject);
    });
    const pid = child.pid ?? 0;
    const record = pidRecord(pid) ?? { pid, identity: 'already over' };
    return {
      record,
      exited,
      stop: async (steps) => {
        await stopPid(record, steps);
        // An identity is gone once the pid is a zombie; the exit event comes a moment later.
        await exited;
      },
    };
  } finally {
    closeSync(log);
  }
}
