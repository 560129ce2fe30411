import { stopLeftovers } from './leftovers';
import { stopPid } from './pid-record';
import { type PartName, readStackFile, writeStackFile } from './stack-file';
import { supervisorOf } from './supervisor-lock';

/** What was found running, and is stopped now. */
export interface Stopped {
  readonly supervisorPid: number | null;
  readonly leftovers: readonly PartName[];
}

/**
 * Stops the stack of a state folder, whoever started it: its supervisor by asking it to stop in
 * order, else what a killed one left running. The state stays.
 *
 * Retry: safe; a second call finds nothing.
 */
export async function stopStack(stateDir: string): Promise<Stopped> {
  const supervisor = supervisorOf(stateDir);
  if (supervisor !== undefined) {
    await stopPid(supervisor, [
      { signal: 'SIGTERM', waitMs: 60_000 },
      { signal: 'SIGKILL', waitMs: 5_000 },
    ]);
  }
  const stack = readStackFile(stateDir);
  const leftovers = await stopLeftovers(stack, { keep: [] });
  if (stack.phase !== 'down') {
    const parts = Object.entries(stack.parts).map(([name, part]) => {
      return [name, { ...part, record: null }] as const;
    });
    const ended = { phase: 'down', supervisor: null, parts: Object.fromEntries(parts) } as const;
    writeStackFile(stateDir, { ...stack, ...ended });
  }
  return { supervisorPid: supervisor?.pid ?? null, leftovers };
}
