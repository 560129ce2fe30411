import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { isRunning, pidRecord, type PidRecord } from './pid-record';

function lockPath(stateDir: string): string {
  return join(stateDir, 'run', 'supervisor');
}

/** Who supervises a state folder just now; undefined when nobody does, or somebody killed did. */
export function supervisorOf(stateDir: string): PidRecord | undefined {
  let text: string;
  try {
    text = readFileSync(lockPath(stateDir), 'utf8');
  } catch {
    return undefined;
  }
  const [pid = '', ...identity] = text.trim().split(' ');
  const record = { pid: Number.parseInt(pid, 10), identity: identity.join(' ') };
  return isRunning(record) ? record : undefined;
}

/**
 * Makes us the one supervisor of a state folder. Gives who is it instead, or the function that
 * ends it.
 */
export function superviseAlone(
  stateDir: string,
): { readonly other: PidRecord } | { readonly release: () => void } {
  const path = lockPath(stateDir);
  mkdirSync(join(stateDir, 'run'), { recursive: true, mode: 0o700 });
  const self = pidRecord(process.pid);
  if (self === undefined) throw new Error('cannot see our own pid: is /proc or ps missing?');
  const fresh = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(fresh, `${self.pid} ${self.identity}\n`, { mode: 0o600 });
  try {
    for (;;) {
      const other = supervisorOf(stateDir);
      if (other !== undefined) return { other };
      rmSync(path, { force: true });
      try {
        // A link either names us whole or is not made: nobody ever reads half a record.
        linkSync(fresh, path);
        return { release: () => rmSync(path, { force: true }) };
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      }
    }
  } finally {
    rmSync(fresh, { force: true });
  }
}
