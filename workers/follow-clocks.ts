import { WorkflowExecutionAlreadyStartedError, type WorkflowClient } from '@temporalio/client';
import type { Clocks } from '../activities/ports/clocks';
import type { Runs } from '../activities/ports/runs';
import { taskQueues, workflowIds } from '../contracts/workflow-ids';
import { clockMoments } from '../domain/clock-moments';

/** What following needs of the world. */
export type Following = { client: WorkflowClient; ports: { runs: Runs; clocks: Clocks } };

/**
 * Sees to it that the deadlines of every closed incident are watched: nobody resumes what is
 * closed, and a store of Temporal's is lost more easily than a limitation period runs out.
 *
 * Retry: safe; one that is watched is left alone, and a watch reads where it stands from Postgres.
 */
export async function followClocks({ client, ports }: Following, now: Date): Promise<string[]> {
  const started: string[] = [];
  for (const { incidentId, run } of await ports.runs.closed()) {
    const reading = await ports.clocks.read(incidentId);
    if (reading === null) continue;
    const { due, nextAt } = clockMoments({ ...reading, at: now.toISOString() });
    if (due.length === 0 && nextAt === null) continue;
    try {
      await client.start('watchClocks', {
        workflowId: workflowIds.clocks(incidentId),
        taskQueue: taskQueues.incidents,
        staticSummary: 'Watches every deadline of a closed incident',
        args: [{ incidentId, run }],
      });
      started.push(incidentId);
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }
  return started;
}
