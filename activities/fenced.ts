import { ApplicationFailure } from '@temporalio/activity';
import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import type { FailureCode } from '../contracts/failures';
import { fail } from './fail';
import type { Runs } from './ports/runs';

type Activity = (input: never) => Promise<unknown>;

// Histories of the first shape name no run: theirs was the first.
const asked = z.object({ incidentId: z.string(), run: z.int().positive().default(1) });

/**
 * What goes on while an incident is halted: people are heard and told, the freeze and the holds are
 * kept, deadlines run on. Everything else waits, so that what is added later waits too.
 */
const whileHalted = [
  ...(['answerCommand', 'keepCommands', 'answerBacklog', 'readBoard'] as const),
  ...(['freezeAllocations', 'verifyFreeze', 'holdDeals'] as const),
  ...(['pagePeople', 'callForPerson', 'thankPerson', 'remindUpdate'] as const),
  ...(['weighFacts', 'tellClocks'] as const),
] as const satisfies readonly (keyof Activities)[];

/**
 * The same activities, each refused to a run in whose place a later one has been started: a
 * workflow that comes back from a restored store, or from behind a partition, does nothing. And
 * while an incident is halted, none begins but those that keep people heard and the freeze on.
 *
 * Retry: what a halt holds up is tried again every few seconds, without a trace in any history.
 * @throws RUN_SUPERSEDED (refused) when the incident has a later run.
 * @throws HALTED (fault) until it is resumed.
 */
export function fenced<A extends Record<string, Activity>>(runs: Runs, activities: A): A {
  const behind = Object.entries(activities).map(([name, activity]) => {
    const waits = !whileHalted.some((each) => each === name);
    const answer = async (input: never): Promise<unknown> => {
      const of = asked.safeParse(input);
      if (of.success) await refuseEarlier(runs, of.data);
      if (of.success && waits) await refuseHalted(runs, of.data.incidentId);
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

async function refuseHalted(runs: Runs, incidentId: string): Promise<void> {
  const halt = await runs.halt(incidentId);
  if (halt === null) return;
  throw ApplicationFailure.create({
    type: 'HALTED' satisfies FailureCode,
    message: `HALTED: ${halt.by} halted ${incidentId}; nothing begins before it is resumed`,
    nextRetryDelay: '10 seconds',
  });
}
