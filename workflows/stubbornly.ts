import {
  ChildWorkflowFailure,
  executeChild,
  isCancellation,
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
  for (;;) {
    try {
      return await executeChild(child, options as never);
    } catch (error) {
      if (isCancellation(error) || !(error instanceof ChildWorkflowFailure)) throw error;
      log.warn('a child ended before its time: starting it again', { child: options.workflowId });
      await sleep('5 seconds', { summary: `Start ${options.workflowId} again` });
    }
  }
}
