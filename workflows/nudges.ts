import {
  condition,
  defineSignal,
  getExternalWorkflowHandle,
  isCancellation,
  log,
  setHandler,
} from '@temporalio/workflow';
import { messages } from '../contracts/workflow-ids';
import { saysSuperseded } from './superseded';

/** "Something changed, read it again." Carries nothing, so a forged one says nothing. */
export const nudgeSignal = defineSignal(messages.nudge);

/** What a workflow hears of the world between two looks at Postgres. */
export type Nudges = {
  /** Where we are now; take it before looking, so that no nudge falls between look and wait. */
  mark(): number;
  /** As a nudge from outside: one of our own tracks has changed what another looks at. */
  ring(): void;
  /** True once nudged since `mark`; false when `seconds` went by first. No seconds: no end. */
  since(mark: number, wait: { seconds?: number; summary: string }): Promise<boolean>;
};

/** Starts listening; call it before anything is awaited, or early nudges are lost. */
export function listen(): Nudges {
  let count = 0;
  setHandler(nudgeSignal, () => {
    count += 1;
  });
  return {
    mark: () => count,
    ring: () => void (count += 1),
    async since(mark, { seconds, summary }) {
      if (seconds === undefined) {
        await condition(() => count > mark);
        return true;
      }
      // A zero timer is no wait at all; a millisecond keeps "due now" in order.
      const milliseconds = Math.max(1, Math.round(seconds * 1000));
      return condition(() => count > mark, milliseconds, { summary });
    },
  };
}

/** Nudges another workflow of ours; one that has already ended needs no nudge. */
export async function nudge(workflowId: string): Promise<void> {
  try {
    await getExternalWorkflowHandle(workflowId).signal(nudgeSignal);
  } catch (error) {
    log.info('nobody to nudge', { workflowId, error: String(error) });
  }
}

/**
 * Lets `work` go on beside whatever follows: a mail that cannot be sent must not hold up a vote.
 *
 * Ensures: it fails nothing; what it was for is still waited for, and said again on its ladder.
 */
export function beside(work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    if (!isCancellation(error) && !saysSuperseded(error))
      log.error('what went on beside has failed', { error: String(error) });
  });
}

/**
 * Lets `work` go on beside whatever follows each time it is asked for.
 *
 * Ensures: one run of it at a time; asked for during one, it runs once more after that.
 */
export function besideOneAtATime(work: () => Promise<unknown>): () => void {
  let [wanted, running] = [false, false];
  const run = async () => {
    running = true;
    try {
      while (wanted) {
        wanted = false;
        await work();
      }
    } finally {
      running = false;
    }
  };
  return () => {
    wanted = true;
    if (!running) beside(run());
  };
}

/** Looks ever more seldom, twice a day in the end: a wait of months must stay a small history. */
export const seldomer = (seconds: number, look: number) => {
  return Math.max(seconds, Math.min(seconds * 2 ** look, 43_200));
};

/** Where a word nudges: looks in case it went unheard, ever more seldom, weekly in the end. */
export const inCaseUnheard = (look: number) => Math.min(3_600 * 2 ** look, 7 * 86_400);
