import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineSignal,
  defineUpdate,
  isCancellation,
  log,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { CommandAnswer } from '../contracts/command';
import type { OfRun } from '../contracts/incident';
import { messages } from '../contracts/workflow-ids';
import { listen, nudge } from './nudges';
import { worldOf } from './world';

/** One signed command; the update id is its `jti`. Accepted or refused, it answers. */
export const commandUpdate = defineUpdate<CommandAnswer, [string]>(messages.command);
/** The same content where nobody is there to answer; it counts once, by its `jti`. */
export const commandSignal = defineSignal<[string]>(messages.command);

const commandsPerRun = 200;

/**
 * The incident's inbox: verifies every signed command in an activity, records accepted and refused
 * alike, and nudges whoever waits for it.
 *
 * Order: the database serialises commands; here they may overlap.
 * Ensures: knows no state of its own, so that continuing as new forgets nothing.
 */
export async function incidentDesk(input: OfRun): Promise<void> {
  let taken = 0;
  const world = worldOf(input, listen());
  const answer = async (jws: unknown): Promise<CommandAnswer> => {
    taken += 1;
    const verdict = await world.answerCommand({ jws: typeof jws === 'string' ? jws : '' });
    await Promise.all(verdict.nudge.map(nudge));
    return verdict.answer;
  };
  setHandler(commandUpdate, answer);
  setHandler(commandSignal, async (jws) => {
    await answer(jws);
  });
  try {
    await condition(() => taken >= commandsPerRun || workflowInfo().continueAsNewSuggested);
  } catch (error) {
    // The incident is closed: whoever was still being answered gets that answer first.
    if (!isCancellation(error)) throw error;
    log.info('the desk closes');
    return;
  }
  await condition(allHandlersFinished);
  await continueAsNew<typeof incidentDesk>(input);
}
