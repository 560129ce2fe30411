import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A running program, told apart from a stranger that was later given the same pid. */
export interface PidRecord {
  readonly pid: number;
  readonly identity: string;
}

const pollMs = 20;

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

function identityFromProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; state and start time are counted from behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    // A zombie is over, though nobody has collected it yet.
    if (state === 'Z' || state === 'X') return undefined;
    return `${bootId()}/${fields[19] ?? ''}`;
  } catch {
    return undefined;
  }
}

function identityFromPs(pid: number): string | undefined {
  const listed = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', `${pid}`], { encoding: 'utf8' });
  const line = listed.status === 0 ? listed.stdout.trim() : '';
  return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
}

/** The record of a running program, or undefined when no such pid runs. */
export function pidRecord(pid: number): PidRecord | undefined {
  const identity = existsSync('/proc/self/stat') ? identityFromProc(pid) : identityFromPs(pid);
  return identity === undefined ? undefined : { pid, identity };
}

/** Whether the very program of the record still runs. */
export function isRunning(record: PidRecord): boolean {
  return pidRecord(record.pid)?.identity === record.identity;
}

/** Waits until the program of the record is over; false when it outlives the wait. */
export async function untilGone(record: PidRecord, waitMs: number): Promise<boolean> {
  const deadline = Date.now() + waitMs;
  while (isRunning(record)) {
    if (Date.now() >= deadline) return false;
    await sleep(pollMs);
  }
  return true;
}

/** A signal to send, and how long to wait for the end before the next one is sent. */
export interface StopStep {
  readonly signal: NodeJS.Signals;
  readonly waitMs: number;
}

/**
 * Ends a program, by one signal after the other until it is gone.
 *
 * Ensures: a recycled pid is never signalled.
 */
export async function stopPid(record: PidRecord, steps: readonly StopStep[]): Promise<void> {
  for (const { signal, waitMs } of steps) {
    if (!isRunning(record)) return;
    try {
      process.kill(record.pid, signal);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return;
      throw error;
    }
    if (await untilGone(record, waitMs)) return;
  }
  throw new Error(`pid ${record.pid} outlives ${steps.map((step) => step.signal).join(', ')}`);
}
