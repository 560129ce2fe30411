import type { Run } from '../activities/ports/runs';
import { standingOf, type RunStanding } from '../workers/run-standing';
import { wireStatus } from '../workers/wire-status';
import type { StackAddresses } from './stack/stack-file';
import { withTemporal, type TemporalAddress } from './temporal-client';

/** The live run of an open incident, and whether Temporal works it. */
export type OpenRun = { incident: string; run: number; workflow: RunStanding };

/** Someone waits for a status: a Temporal that is slower than that is told as unknown. */
const answerWithinMs = 1_000;

type Where = Pick<StackAddresses, 'databaseUrl'> & TemporalAddress;

/** Each open incident's live run; unknown while Temporal is away. Order: newest first. */
export async function openRuns(stack: Where): Promise<OpenRun[]> {
  const reader = wireStatus(stack.databaseUrl);
  try {
    return await standings(stack, await reader.live());
  } finally {
    await reader.close();
  }
}

/** As `openRuns`, of runs that were read already. */
export async function standings(stack: Where, live: readonly Run[]): Promise<OpenRun[]> {
  if (live.length === 0) return [];
  const asked = (workflow: (run: Run) => Promise<RunStanding>) =>
    Promise.all(
      live.map(async (run) => {
        return { incident: run.incidentId, run: run.run, workflow: await workflow(run) };
      }),
    );
  try {
    return await withTemporal({ ...stack, answerWithinMs }, (client) =>
      asked((run) => standingOf(client.workflow, run)),
    );
  } catch {
    return asked(async () => 'unknown'); // The rest of a status is told without Temporal.
  }
}

/** What to do about an incident that nobody works. */
export const resumeHint = (incident: string): string =>
  `${incident} is open, but no workflow runs it: ./makewhole incident resume ${incident} --as YOU`;
