import {
  allHandlersFinished,
  CancellationScope,
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
import { commandBytesMax } from '../contracts/message-limits';
import { messages } from '../contracts/workflow-ids';
import { listen, nudge } from './nudges';
import { firstBatch, fitsOneBatch, legible, type Signalled } from './signalled-commands';
import { worldOf } from './world';

/** One signed command; the update id is its `jti`. Accepted or refused, it answers. */
export const commandUpdate = defineUpdate<CommandAnswer, [string]>(messages.command);
/** The same content where nobody is there to answer; it counts once, by its `jti`. */
export const commandSignal = defineSignal<[string]>(messages.command);

/** Whose desk, and what the run before it had heard and not kept yet. */
export type DeskInput = OfRun & {
  /** How often it looks for what was left while it could not be reached. Units: seconds. */
  lookEvery: number;
  carried?: Signalled[];
};

const messagesPerRun = 200;
const rowsPerCall = 200;

/**
 * The incident's inbox: has every signed command verified, recorded as accepted or refused, and
 * nudges whoever waits for it.
 *
 * Order: an update is answered at once. A signal is only put in memory; from there it is kept in
 * Postgres in batches and answered from there, oldest first, so that updates go ahead of a flood.
 * Ensures: what was heard is kept or carried on before the run ends; what was kept is answered by
 * whichever desk comes next.
 */
export async function incidentDesk(input: DeskInput): Promise<void> {
  const { lookEvery } = input;
  const waiting: Signalled[] = [...(input.carried ?? [])];
  let heard = 0;
  const world = worldOf(input, listen());
  setHandler(commandUpdate, async (sent: unknown) => {
    heard += 1;
    // One byte too many still says that it was too much, and no more goes into the history.
    const jws = typeof sent === 'string' ? sent.slice(0, commandBytesMax + 1) : '';
    const verdict = await world.answerCommand({ jws });
    await Promise.all(verdict.nudge.map(nudge));
    return verdict.answer;
  });
  setHandler(commandSignal, (sent: unknown) => {
    heard += 1;
    waiting.push(legible(sent));
  });

  let [left, afresh, calls] = [true, input.carried === undefined, 0];
  const nextName = () => `${workflowInfo().runId}/${String((calls += 1))}`;
  const work = async () => {
    if (waiting.length > 0) {
      const texts = firstBatch(waiting);
      await world.keepCommands({ batch: nextName(), texts });
      waiting.splice(0, texts.length);
    }
    const call = { call: nextName(), limit: rowsPerCall, afresh };
    const answered = await world.answerBacklog(call);
    await Promise.all(answered.nudge.map(nudge));
    [left, afresh] = [answered.left, false];
  };
  const isFull = () => heard >= messagesPerRun || workflowInfo().continueAsNewSuggested;
  const mayContinue = () => isFull() && allHandlersFinished() && fitsOneBatch(waiting);

  try {
    while (!mayContinue()) {
      await work();
      if (left || waiting.length > 0) continue;
      const summary = 'The next look for commands that were left';
      await condition(() => waiting.length > 0 || mayContinue(), lookEvery * 1000, { summary });
    }
  } catch (error) {
    if (!isCancellation(error)) throw error;
    // The incident is closed: whoever has sent something is still answered.
    log.info('the desk closes');
    await CancellationScope.nonCancellable(async () => {
      do await work();
      while (left || waiting.length > 0);
      await condition(allHandlersFinished);
    });
    return;
  }
  await continueAsNew<typeof incidentDesk>({ ...input, carried: waiting });
}
