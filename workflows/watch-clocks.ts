import { continueAsNew } from '@temporalio/workflow';
import type { OfRun } from '../contracts/incident';
import { workflowIds } from '../contracts/workflow-ids';
import { listen, nudge } from './nudges';
import { secondsUntil } from './until-instant';
import { worldOf } from './world';

const roundsPerRun = 100;

/**
 * Weighs the incident anew at each fact that comes, and sleeps until the next of its clocks is to
 * be spoken of.
 *
 * Ensures: outlives the incident for as long as one of its clocks can still run out; nothing it
 * knows is its own, so that it may be started again at any time.
 */
export async function watchClocks(input: OfRun): Promise<void> {
  const nudges = listen();
  const world = worldOf(input, nudges);
  for (let round = 0; round < roundsPerRun; round += 1) {
    const mark = nudges.mark();
    const { changed } = await world.weighFacts();
    if (changed) await nudge(workflowIds.incident(input.incidentId));
    const { nextAt, over } = await world.tellClocks();
    if (over) return;
    if (nextAt === null) await nudges.since(mark, { summary: 'Until a fact comes' });
    else {
      const seconds = Math.min(secondsUntil(nextAt), lookAtLeastEvery);
      await nudges.since(mark, { seconds, summary: `The next clock: ${nextAt}` });
    }
  }
  await continueAsNew<typeof watchClocks>(input);
}

/** A year: what a clock is counted by may change with a new version of ours. */
const lookAtLeastEvery = 365 * 86_400;
