import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import type { IncidentStart, Waits } from '../contracts/incident';
import type { PolicyPack } from '../contracts/pack';
import { taskQueues, workflowIds } from '../contracts/workflow-ids';
import { decideSeverity } from '../domain/severity';
import { runThere, type RunMemo } from '../workers/run-standing';
import { CommandError } from './command-io';

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

const day = 86_400;

/** The waits and sizes of a pack, as workflows take them. Units: seconds and rows. */
export function waitsOf(pack: PolicyPack): Waits {
  return {
    pagingEvery: pack.paging.value.everySeconds,
    freezeWatchEvery: pack.freezeWatch.value.everySeconds,
    formsRemindEvery: pack.forms.value.remindEvery,
    pollBank: pack.poll.value.bankSeconds,
    pollImport: pack.poll.value.importSeconds,
    pollLive: pack.poll.value.liveSeconds,
    followUpEvery: pack.followUp?.value.everySeconds ?? day,
    followUpFor: pack.followUp?.value.forSeconds ?? 60 * day,
    liveChecks: pack.liveChecks.value,
    scanDealsPerChunk: pack.chunkRows.value.scanDeals,
    paymentsPerChunk: pack.chunkRows.value.payments,
    lettersPerChunk: pack.chunkRows.value.letters,
    chunksInFlight: pack.chunksInFlight.value,
  };
}

/**
 * Starts a run of an incident's workflow, or joins it where it runs already.
 *
 * Ensures: whatever else sits on its id is ended: an earlier run, or a stranger. Nothing personal
 * is in its id, summary, memo or search attributes.
 * @throws ALREADY_DONE (refused) when a later run goes on.
 */
export async function startIncident(
  client: Client,
  incident: IncidentStart,
): Promise<{ workflowRunId: string }> {
  const { incidentId, run } = incident;
  for (;;) {
    try {
      return { workflowRunId: await startRun(client, incident) };
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    const there = await runThere(client.workflow, incident);
    if (there?.run === run) return there;
    if (there !== undefined && there.run > run) throw later(incidentId, there.run);
    await endRun(client, incidentId);
  }
}

/** Ends whatever sits on an incident's workflow id, with the children that end with it. */
export async function endRun(client: Client, incidentId: string): Promise<void> {
  try {
    const handle = client.workflow.getHandle(workflowIds.incident(incidentId));
    await handle.terminate('a later run takes its place');
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error; // It has ended by itself.
  }
}

async function startRun(client: Client, incident: IncidentStart): Promise<string> {
  const { incidentId, run, openedAt, severity, drill, resumed } = incident;
  const memo: RunMemo = { run, openedAt };
  const marks = `${run > 1 ? `, run ${String(run)}` : ''}${drill ? ' (drill)' : ''}`;
  const handle = await client.workflow.start('remediateIncident', {
    workflowId: workflowIds.incident(incidentId),
    taskQueue: taskQueues.incidents,
    args: [incident],
    workflowTaskTimeout: '5 seconds',
    workflowIdConflictPolicy: 'FAIL',
    memo,
    staticSummary: `Allocation incident ${incidentId}${marks}`,
    typedSearchAttributes: [
      { key: keys.stage, value: resumed?.stage ?? 'freezing' },
      { key: keys.severity, value: severity },
      { key: keys.waitingFor, value: 'makewhole' },
      { key: keys.deals, value: shownDeals(incident.reportedDeals) },
      { key: keys.drill, value: drill },
    ],
  });
  return handle.firstExecutionRunId;
}

function later(incident: string, run: number): CommandError {
  const message = `${incident} goes on in run ${String(run)}; nothing was started.`;
  return new CommandError({ code: 'ALREADY_DONE', kind: 'refused', message });
}

/** Before anything is counted: money still moves and nothing has been recomputed. */
export function provisionalSeverity(pack: PolicyPack): string {
  const people = { over: 0, under: 0, retail: 0 };
  const harm = { deals: 0, ageDays: 0, capsBreached: 0, freezeLapses: 0 };
  const unknown = { ...people, ...harm, amount: {}, ofPosition: '0', serviceDown: false };
  const facts = { ...unknown, moneyStillMoving: true, figuresUnknown: true };
  return decideSeverity(facts, pack.severity.value).severity;
}
