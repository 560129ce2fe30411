import { continueAsNew } from '@temporalio/workflow';
import type { OfRun } from '../contracts/incident';
import { workflowIds } from '../contracts/workflow-ids';
import { listen, nudge } from './nudges';
import { worldOf } from './world';

const roundsPerRun = 300;

/**
 * Asks again and again whether every hold still stands, and sets one that lapsed anew.
 *
 * Ensures: outlives its parent; ends only when nothing of this incident is held any more.
 */
export async function watchFreeze(input: OfRun & { every: number }): Promise<void> {
  const nudges = listen();
  const world = worldOf(input, nudges);
  for (let round = 0; round < roundsPerRun; round += 1) {
    const mark = nudges.mark();
    const { standing, lapsed } = await world.verifyFreeze();
    if (standing === 0) return;
    if (lapsed > 0) {
      await nudge(workflowIds.incident(input.incidentId));
      await nudge(workflowIds.clocks(input.incidentId));
    }
    await nudges.since(mark, {
      seconds: input.every,
      summary: 'Until the next look at the freeze',
    });
  }
  await continueAsNew<typeof watchFreeze>(input);
}
