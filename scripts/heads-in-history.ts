import type { Client } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import type { SignedHead } from '../contracts/incident';
import { CommandError } from './command-io';
import { readStack } from './stack/read-stack';
import { isNotFound, withTemporal } from './temporal-client';

/** The heads of an incident's evidence that its workflow keeps, or why nobody can say. */
export type HeadsInHistory = { heads: SignedHead[] } | { why: string };

const tellers = new Set(['turnPage', 'closeIncident']);

/** Reads the heads in the history of an incident's workflow; a worker is not needed for it. */
export async function headsInHistory(
  incidentId: string,
  stateDir: string,
): Promise<HeadsInHistory> {
  const stack = readStack(stateDir);
  try {
    return await withTemporal(stack, async (client) => ({
      heads: await readHeads(client, incidentId),
    }));
  } catch (error) {
    if (isNotFound(error)) return { why: 'Temporal has no history of it' };
    if (error instanceof CommandError) return { why: error.message };
    throw error;
  }
}

async function readHeads(client: Client, workflowId: string): Promise<SignedHead[]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
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
