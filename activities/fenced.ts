import { z } from 'zod';
import { fail } from './fail';
import type { Runs } from './ports/runs';

type Activity = (input: never) => Promise<unknown>;

// Histories of the first shape name no run: theirs was the first.
const asked = z.object({ incidentId: z.string(), run: z.int().positive().default(1) });

/**
 * The same activities, each refused to a run in whose place a later one has been started: a
 * workflow that comes back from a restored store, or from behind a partition, does nothing.
 *
 * @throws RUN_SUPERSEDED (refused) when the incident has a later run.
 */
export function fenced<A extends Record<string, Activity>>(runs: Runs, activities: A): A {
  const behind = Object.entries(activities).map(([name, activity]) => {
    const answer = async (input: never): Promise<unknown> => {
      const of = asked.safeParse(input);
      if (of.success) await refuseEarlier(runs, of.data);
      return activity(input);
    };
    return [name, answer];
  });
  return Object.fromEntries(behind) as A;
}

async function refuseEarlier(runs: Runs, of: z.infer<typeof asked>): Promise<void> {
  const newest = await runs.newest(of.incidentId);
  if (of.run >= newest) return;
  const [mine, theirs] = [String(of.run), String(newest)];
  throw fail('RUN_SUPERSEDED', `${of.incidentId} goes on in run ${theirs}; run ${mine} is over`);
}
