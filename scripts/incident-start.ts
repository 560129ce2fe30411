import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { Client } from '@temporalio/client';
import type { IncidentStart, Waits } from '../contracts/incident';
import type { PolicyPack } from '../contracts/pack';
import { taskQueues, workflowIds, type Stage } from '../contracts/workflow-ids';

const keys = {
  stage: defineSearchAttributeKey('MakewholeStage', SearchAttributeType.KEYWORD),
  severity: defineSearchAttributeKey('MakewholeSeverity', SearchAttributeType.KEYWORD),
  waitingFor: defineSearchAttributeKey('MakewholeWaitingFor', SearchAttributeType.KEYWORD),
  deals: defineSearchAttributeKey('MakewholeDeals', SearchAttributeType.KEYWORD_LIST),
  drill: defineSearchAttributeKey('MakewholeDrill', SearchAttributeType.BOOL),
};

/** Above 2,048 bytes of one attribute the server ends the workflow. */
const dealsBytesMax = 1_800;
const dealsMax = 50;

/** The reported deals that fit into a search attribute, in the order they were given. */
export function shownDeals(deals: readonly string[]): string[] {
  const shown: string[] = [];
  let bytes = 0;
  for (const deal of deals.slice(0, dealsMax)) {
    bytes += Buffer.byteLength(deal, 'utf8');
    if (bytes > dealsBytesMax) break;
    shown.push(deal);
  }
  return shown;
}

/** The waits and sizes of a pack, as workflows take them. Units: seconds and rows. */
export function waitsOf(pack: PolicyPack): Waits {
  return {
    pagingEvery: pack.paging.value.everySeconds,
    freezeWatchEvery: pack.freezeWatch.value.everySeconds,
    formsRemindEvery: pack.forms.value.remindEvery,
    pollBank: pack.poll.value.bankSeconds,
    pollImport: pack.poll.value.importSeconds,
    pollLive: pack.poll.value.liveSeconds,
    liveChecks: pack.liveChecks.value,
    scanDealsPerChunk: pack.chunkRows.value.scanDeals,
    paymentsPerChunk: pack.chunkRows.value.payments,
    lettersPerChunk: pack.chunkRows.value.letters,
    chunksInFlight: pack.chunksInFlight.value,
  };
}

/**
 * Starts an incident's workflow, or joins the one that runs.
 *
 * Ensures: one run an incident; nothing personal in its id, summary or search attributes.
 */
export async function startIncident(
  client: Client,
  given: { incident: IncidentStart; stage?: Stage },
): Promise<{ runId: string }> {
  const { incident, stage = 'freezing' } = given;
  const { incidentId, severity, drill } = incident;
  const handle = await client.workflow.start('remediateIncident', {
    workflowId: workflowIds.incident(incidentId),
    taskQueue: taskQueues.incidents,
    args: [incident],
    workflowTaskTimeout: '5 seconds',
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `Allocation incident ${incidentId}${drill ? ' (drill)' : ''}`,
    staticDetails: howToRead(incidentId),
    typedSearchAttributes: [
      { key: keys.stage, value: stage },
      { key: keys.severity, value: severity },
      { key: keys.waitingFor, value: 'makewhole' },
      { key: keys.deals, value: shownDeals(incident.reportedDeals) },
      { key: keys.drill, value: drill },
    ],
  });
  return { runId: handle.firstExecutionRunId };
}

/** Stands beside the board in the Temporal UI, for whoever opens it for the first time. */
const howToRead = (incidentId: string) =>
  [
    'The board beside this says how the incident stands: what happened, whom we wait for and ' +
      'until when, how many people and how much money it is about. Press R to read it anew.',
    '',
    '- **Timeline:** each step in plain words, the newest first.',
    '- **Relationships:** gates, letters and payments, each a workflow of its own.',
    `- **Names** and single amounts are not here; \`./makewhole incident status ${incidentId}\``,
    '  says where to find them.',
    '- **Buttons** on this page decide nothing: only signed commands do.',
  ].join('\n');
