/** Children that are started again when somebody ends them from outside. */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ChildWorkflowFailure,
  ParentClosePolicy,
  Trigger,
  executeChild,
  log,
  sleep,
  startChild,
  type ChildWorkflowOptions,
} from '@temporalio/workflow';
import { beside } from './nudges';
import { saysSuperseded } from './superseded';

type Words = Pick<ChildWorkflowOptions, 'staticSummary' | 'staticDetails' | 'cancellationType'>;
/** How a child is started: its id is how everybody finds it. */
type Child<I> = Words & { workflowId: string; input: I };

const hour = 3600;

/** Whoever sits on the child's id is not ours: an earlier run's, or a stranger's. It is ended. */
const inPlaceOfOthers = {
  workflowIdReusePolicy: 'TERMINATE_IF_RUNNING',
} as const;

/**
 * Runs a child to its result, starting it again when somebody ended it from outside.
 *
 * Retry: safe, since every child reads where it stands from Postgres. Only our own cancellation
 * ends it, and a later run of the incident.
 */
export async function stubbornly<I, R>(
  child: (input: I) => Promise<R>,
  { input, ...options }: Child<I>,
): Promise<R> {
  const pause = backOff(options.workflowId);
  for (;;) {
    try {
      return await executeChild(child, { ...options, ...inPlaceOfOthers, args: [input] });
    } catch (error) {
      // A child cancelled from outside looks like one that we cancelled: our own scope knows.
      if (CancellationScope.current().consideredCancelled) throw error;
      if (!endedFromOutside(error)) throw error;
    }
    await pause();
  }
}

/**
 * Starts a child that outlives this run, and starts it again when somebody ended it from outside
 * while this run lasts; an endless one also when it ended by itself.
 *
 * Order: returns once it runs. `input` is asked for anew at each start.
 * Ensures: history does not grow while the child lives, however long.
 */
export async function keepRunning<I>(
  child: (input: I) => Promise<void>,
  { input, endless = false, ...options }: Child<() => I> & { endless?: boolean },
): Promise<void> {
  const outliving = { ...inPlaceOfOthers, parentClosePolicy: ParentClosePolicy.ABANDON };
  const runs = new Trigger<void>();
  const watch = async () => {
    const pause = backOff(options.workflowId);
    for (;;) {
      try {
        const running = await startChild(child, { ...options, ...outliving, args: [input()] });
        runs.resolve();
        await running.result();
        if (!endless) return;
      } catch (error) {
        if (!endedFromOutside(error)) throw error;
      }
      await pause();
    }
  };
  const watching = watch();
  beside(watching);
  await Promise.race([runs, watching]);
}

function endedFromOutside(error: unknown): boolean {
  if (saysSuperseded(error)) return false;
  return (
    error instanceof ChildWorkflowFailure || error instanceof WorkflowExecutionAlreadyStartedError
  );
}

/** Waits ever longer, up to an hour; anew from the beginning once a child has lived that long. */
function backOff(workflowId: string): () => Promise<void> {
  let [seconds, since] = [5, Date.now()];
  return async () => {
    if (Date.now() - since > hour * 1000) seconds = 5;
    log.warn('a child ended before its time: starting it again', { child: workflowId });
    await sleep(seconds * 1000, { summary: `Start ${workflowId} again` });
    [seconds, since] = [Math.min(seconds * 2, hour), Date.now()];
  };
}
