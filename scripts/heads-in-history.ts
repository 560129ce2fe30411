import type { Client } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import type { SignedHead } from '../contracts/incident';
import { CommandError } from './command-io';
import { readStack } from './stack/read-stack';
import { isNotFound, withTemporal } from './temporal-client';

/** The heads of an incident's evidence that its workflows keep, or why nobody can say. */
export type HeadsInHistory = { heads: SignedHead[] } | { why: string };

const tellers = new Set(['turnPage', 'closeIncident']);

/** Reads the heads in the histories of an incident's runs; a worker is not needed for it. */
export async function headsInHistory(
  incidentId: string,
  stateDir: string,
): Promise<HeadsInHistory> {
  const stack = readStack(stateDir);
  try {
    return await withTemporal(stack, async (client) => ({
      heads: await headsOfRuns(client, incidentId),
    }));
  } catch (error) {
    if (isNotFound(error)) return { why: 'Temporal has no history of it' };
    if (error instanceof CommandError) return { why: error.message };
    throw error;
  }
}

/**
 * The heads that all runs of an incident keep, those that a later one took the place of too.
 *
 * Method: an incident of a database that is gone can have had the same number; its runs carry
 * another time of opening.
 */
export async function headsOfRuns(client: Client, workflowId: string): Promise<SignedHead[]> {
  const { runId, memo, type } = await client.workflow.getHandle(workflowId).describe();
  const runs = new Set([runId]);
  for await (const run of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) {
    const isSame = run.type === type && run.memo?.['openedAt'] === memo?.['openedAt'];
    if (isSame) runs.add(run.runId);
  }
  const found = await Promise.all(
    [...runs].map((each) => headsOfRun(client, { workflowId, runId: each })),
  );
  return found.flat();
}

async function headsOfRun(
  client: Client,
  { workflowId, runId }: { workflowId: string; runId: string },
): Promise<SignedHead[]> {
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const telling = new Set<string>();
  const heads: SignedHead[] = [];
  for (const event of events ?? []) {
    const { activityTaskScheduledEventAttributes: begun } = event;
    if (tellers.has(begun?.activityType?.name ?? '')) telling.add(String(event.eventId));
    const ended = event.activityTaskCompletedEventAttributes;
    if (!telling.has(String(ended?.scheduledEventId))) continue;
    const { loadedDataConverter } = client.options;
    const [answer] = await decodeArrayFromPayloads(loadedDataConverter, ended?.result?.payloads);
    const { evidenceHead } = (answer ?? {}) as { evidenceHead?: SignedHead };
    if (evidenceHead !== undefined) heads.push(evidenceHead);
  }
  return heads;
}
