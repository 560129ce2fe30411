import { continueAsNew } from '@temporalio/workflow';
import type { OfRun } from '../contracts/incident';
import { workflowIds } from '../contracts/workflow-ids';
import { listen, nudge } from './nudges';
import { worldOf } from './world';

const roundsPerRun = 100;

/** Mails the people on call at once, and again until somebody says "I have it". */
export async function pageOnCall(input: OfRun & { every: number; round: number }): Promise<void> {
  const nudges = listen();
  const world = worldOf(input, nudges);
  for (let round = input.round; round < input.round + roundsPerRun; round += 1) {
    const mark = nudges.mark();
    const { taken } = await world.pagePeople({ round });
    if (taken) return nudge(workflowIds.incident(input.incidentId));
    await nudges.since(mark, { seconds: input.every, summary: 'Until on-call is paged again' });
  }
  await continueAsNew<typeof pageOnCall>({ ...input, round: input.round + roundsPerRun });
}
