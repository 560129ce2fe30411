import { activityInfo } from '@temporalio/activity';
import { fail } from './fail';

// A workflow task takes seconds at most, and so do the clocks of a cluster's hosts.
const toleranceMs = 60_000;

type Activity = (input: never) => Promise<unknown>;

/**
 * The same activities, each taking no other time for now than that at which the server wrote it
 * down to be done.
 *
 * Retry: safe for as long as it takes; the server keeps the time of the first try.
 * Ensures: who may start workflows and activities decides no deadline and dates nothing back.
 * @throws TIME_MISMATCH (rejected) when `at` is more than a minute away from it.
 */
export function withServerTime<A extends Record<string, Activity>>(activities: A): A {
  const timed = Object.entries(activities).map(([name, activity]) => {
    const begin = async (input: never): Promise<unknown> => {
      refuseOtherTime(input);
      return activity(input);
    };
    return [name, begin];
  });
  return Object.fromEntries(timed) as A;
}

function refuseOtherTime(input: unknown): void {
  const { at } = (input ?? {}) as { at?: unknown };
  if (typeof at !== 'string') return; // What is no time at all, the activity's own schema says.
  const { scheduledTimestampMs: asked } = activityInfo();
  if (Math.abs(Date.parse(at) - asked) <= toleranceMs) return;
  const found = `found ${at}; nothing was done`;
  throw fail('TIME_MISMATCH', `expected about ${new Date(asked).toISOString()}, ${found}`);
}
