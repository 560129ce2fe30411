import { continueAsNew } from '@temporalio/workflow';
import type { OfRun } from '../contracts/incident';
import { listen } from './nudges';
import { secondsUntil } from './until-instant';
import { worldOf } from './world';

const looksPerRun = 100;

/**
 * Reminds who owes stakeholders the next update, again and again, whenever one falls due.
 *
 * Ensures: outlives its parent; ends when the incident is closed.
 */
export async function askForUpdates(input: OfRun): Promise<void> {
  const nudges = listen();
  const world = worldOf(input, nudges);
  for (let look = 0; look < looksPerRun; look += 1) {
    const mark = nudges.mark();
    const { nextAt } = await world.remindUpdate();
    if (nextAt === null) return;
    const summary = 'Until the next update to stakeholders';
    await nudges.since(mark, { seconds: secondsUntil(nextAt), summary });
  }
  await continueAsNew<typeof askForUpdates>(input);
}
