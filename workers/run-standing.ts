import { WorkflowNotFoundError, type WorkflowClient } from '@temporalio/client';
import type { Run } from '../activities/ports/runs';
import { workflowIds } from '../contracts/workflow-ids';

/** How a run stands in Temporal; `unknown` when Temporal does not say. */
export type RunStanding = 'running' | 'missing' | 'unknown';

/** What a run's workflow carries, so that it is known without being asked. */
export type RunMemo = { run: number; openedAt: string };

/** The run that sits on an incident's workflow id, if any does and it is one of this incident. */
export async function runThere(
  client: WorkflowClient,
  { incidentId, openedAt }: Pick<Run, 'incidentId' | 'openedAt'>,
): Promise<{ run: number; running: boolean; workflowRunId: string } | undefined> {
  try {
    const handle = client.getHandle(workflowIds.incident(incidentId));
    const { type, memo, status, runId } = await handle.describe();
    const { run, openedAt: of } = (memo ?? {}) as Partial<RunMemo>;
    // An incident of a database that is gone can have had the same number.
    if (type !== 'remediateIncident' || run === undefined || of !== openedAt) return undefined;
    return { run, running: status.name === 'RUNNING', workflowRunId: runId };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** Whether the live run of an incident is worked: a workflow of exactly that run is running. */
export async function standingOf(
  client: WorkflowClient,
  live: Pick<Run, 'incidentId' | 'openedAt' | 'run'>,
): Promise<RunStanding> {
  try {
    const there = await runThere(client, live);
    return there?.running === true && there.run === live.run ? 'running' : 'missing';
  } catch {
    return 'unknown'; // Whoever cannot be asked is no reason to alarm, nor to be calm.
  }
}
