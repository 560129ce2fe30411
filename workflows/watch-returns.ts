import { continueAsNew } from '@temporalio/workflow';
import type { OfRun } from '../contracts/incident';
import { workflowIds } from '../contracts/workflow-ids';
import { listen, nudge } from './nudges';
import { worldOf } from './world';

const looksPerRun = 100;

/** How often it looks, and for how long after the end. Units: seconds. */
export type ReturnsInput = OfRun & { every: number; after: number };

/**
 * Looks now and then whether money that was paid out comes back: while the incident is open the
 * runbook is woken, which settles it anew; afterwards people are told.
 *
 * Ensures: outlives its parent; ends so long after the incident was closed.
 */
export async function watchReturns(input: ReturnsInput): Promise<void> {
  const { incidentId, every, after } = input;
  const nudges = listen();
  const world = worldOf(input, nudges);
  for (let look = 0; look < looksPerRun; look += 1) {
    const mark = nudges.mark();
    const { returned, closedAt } = await world.followReturns();
    if (closedAt !== null && Date.now() >= Date.parse(closedAt) + after * 1000) return;
    if (closedAt === null && returned > 0) await nudge(workflowIds.incident(incidentId));
    const summary = 'Until the next look for money that came back';
    await nudges.since(mark, { seconds: every, summary });
  }
  await continueAsNew<typeof watchReturns>(input);
}
