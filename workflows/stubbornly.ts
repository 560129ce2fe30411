import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ChildWorkflowFailure,
  executeChild,
  log,
  sleep,
  type ChildWorkflowOptions,
  type Workflow,
  type WorkflowResultType,
} from '@temporalio/workflow';

/**
 * Runs a child to its result, starting it again when somebody ended it from outside.
 *
 * Retry: safe, since every child reads where it stands from Postgres. Only our own cancellation
 * ends it.
 */
export async function stubbornly<T extends Workflow>(
  child: T,
  options: ChildWorkflowOptions & { workflowId: string; args: Parameters<T> },
): Promise<WorkflowResultType<T>> {
  for (let seconds = 5; ; seconds = Math.min(seconds * 2, 3600)) {
    try {
      return await executeChild(child, options as never);
    } catch (error) {
      // A child cancelled from outside looks like one that we cancelled: our own scope knows.
      if (CancellationScope.current().consideredCancelled) throw error;
      const taken = error instanceof WorkflowExecutionAlreadyStartedError;
      if (!taken && !(error instanceof ChildWorkflowFailure)) throw error;
      log.warn('a child ended before its time: starting it again', { child: options.workflowId });
      await sleep(seconds * 1000, { summary: `Start ${options.workflowId} again` });
    }
  }
}
