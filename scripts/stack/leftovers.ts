import { isRunning, stopPid, type StopStep } from './pid-record';
import type { PartName, StackFile } from './stack-file';

const stopSteps: readonly StopStep[] = [
  { signal: 'SIGTERM', waitMs: 2_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];

// Postgres takes SIGTERM as "wait until everybody has left".
const postgresSteps: readonly StopStep[] = [
  { signal: 'SIGINT', waitMs: 15_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
];

/** The order in which parts are stopped: who uses others goes before them. */
export const stopOrder: readonly (readonly PartName[])[] = [
  ['worker'],
  ['allocator', 'bank', 'mail'],
  ['temporal'],
  ['postgres'],
];

/**
 * Stops the parts that a killed supervisor left running, in order; gives their names.
 *
 * Ensures: only the very programs that were recorded are signalled, never a recycled pid.
 */
export async function stopLeftovers(
  stack: StackFile,
  options: { readonly keep: readonly PartName[] },
): Promise<readonly PartName[]> {
  const stopped: PartName[] = [];
  for (const group of stopOrder) {
    const left = group.filter((name) => {
      const record = stack.parts[name]?.record;
      return !options.keep.includes(name) && record != null && isRunning(record);
    });
    await Promise.all(
      left.map(async (name) => {
        const record = stack.parts[name]?.record;
        if (record != null) await stopPid(record, name === 'postgres' ? postgresSteps : stopSteps);
      }),
    );
    stopped.push(...left);
  }
  return stopped;
}
