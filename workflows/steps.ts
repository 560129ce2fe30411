/**
 * The runbook's steps: which activities and children each is made of. The pages read none of it.
 *
 * Order: whatever ticks, repeats or talks lives in a child of its own, so that the parent's history
 * stays small however many investors there are and however long people take.
 */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ChildWorkflowCancellationType,
  ParentClosePolicy,
  getExternalWorkflowHandle,
  startChild,
} from '@temporalio/workflow';
import type { DraftedPlan } from '../contracts/activities';
import type { IncidentOutcome, IncidentStart } from '../contracts/incident';
import { workflowIds } from '../contracts/workflow-ids';
import { stubbornly } from './stubbornly';
import { deliverLetters } from './deliver-letters';
import { incidentDesk } from './incident-desk';
import { openBoard } from './incident-board';
import { beside, listen, seldomer, type Nudges } from './nudges';
import { pageOnCall } from './page-on-call';
import { passGate, type GateVerdict } from './pass-gate';
import { settlePlan } from './settle-plan';
import { watchFreeze } from './watch-freeze';
import { worldOf, type World } from './world';

/** One version of the plan, by the digest people decide on. */
export type Plan = { version: number; digest: string };
/** How many were hurt; none at all ends the incident without remedies. */
export type Impact = { investorsAffected: number; dealsAffected: number };
type Question = { gateId: string; subject: string };

/** One incident in the hands of the runbook. */
export type Case = { incident: IncidentStart; id: string; world: World; nudges: Nudges };

/** Sets every handler before anything is awaited, so that no early message is lost. */
export function take(incident: IncidentStart) {
  const nudges = listen();
  const world = worldOf(incident.incidentId, nudges);
  const board = openBoard({ incident, world, nudges });
  const the: Case = { incident, id: incident.incidentId, world, nudges };
  return { the, board };
}

/** A child that outlives this run; one that is already there is adopted. */
export async function adopt(start: () => Promise<unknown>): Promise<void> {
  try {
    await start();
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
/** How such a child is started. */
export const abandoned = { parentClosePolicy: ParentClosePolicy.ABANDON } as const;

/** Opens the inbox of signed commands; it closes with the incident, not with this run. */
export async function startDesk({ id }: Case): Promise<void> {
  const workflowId = workflowIds.desk(id);
  const staticSummary = 'The inbox: checks every signed command';
  const args: Parameters<typeof incidentDesk> = [{ incidentId: id }];
  await adopt(() => startChild(incidentDesk, { ...abandoned, workflowId, staticSummary, args }));
}

/** Page 1. The harm stops before anybody discusses it; a child keeps looking that it stays so. */
export async function freezeAllocations({ id, incident, world }: Case): Promise<void> {
  await world.freezeAllocations();
  const workflowId = workflowIds.freezeWatch(id);
  const staticSummary = 'Watches the freeze, and freezes again if it lapsed';
  const every = incident.waits.freezeWatchEvery;
  const args: Parameters<typeof watchFreeze> = [{ incidentId: id, every }];
  await adopt(() => startChild(watchFreeze, { ...abandoned, workflowId, staticSummary, args }));
}

/** Page 2: severity by the facts known now; people on call are paged until somebody takes it. */
export async function declareSeverity({ id, incident, world }: Case): Promise<void> {
  await world.declareSeverity({ phase: 'provisional' });
  const workflowId = workflowIds.paging(id);
  const staticSummary = 'Pages the people on call until somebody takes it';
  const every = incident.waits.pagingEvery;
  const args: Parameters<typeof pageOnCall> = [{ incidentId: id, every, round: 1 }];
  await adopt(() => startChild(pageOnCall, { ...abandoned, workflowId, staticSummary, args }));
}

/** Page 3, first half: nothing can be scanned before there is a history. */
export async function findHistory({ incident, world, nudges }: Case): Promise<void> {
  for (let look = 0; ; look += 1) {
    const mark = nudges.mark();
    const { snapshotId } = await world.findSnapshot();
    if (snapshotId !== null) return;
    const seconds = seldomer(incident.waits.pollImport, look);
    const summary = "Waiting for an import of the platform's history";
    await nudges.since(mark, { seconds, summary });
  }
}

/** Page 3, beside the rest: asks the teams, and reminds them until they answered or time is up. */
export async function askTeams({ incident, world, nudges }: Case): Promise<void> {
  const { deadlineAt } = await world.openForms();
  const deadline = Date.parse(deadlineAt);
  await world.remindTeams({ round: 1, missing: [] }, 'Ask the three teams by mail');
  let remindAt = Date.now() + incident.waits.formsRemindEvery * 1000;
  for (let round = 2; ;) {
    const mark = nudges.mark();
    const { missing } = await world.readForms();
    if (missing.length === 0 || Date.now() >= deadline) return;
    if (Date.now() >= remindAt) {
      await world.remindTeams({ round, missing }, `Remind ${missing.join(', ')}`);
      [round, remindAt] = [round + 1, Date.now() + incident.waits.formsRemindEvery * 1000];
      continue;
    }
    const seconds = (Math.min(remindAt, deadline) - Date.now()) / 1000;
    await nudges.since(mark, { seconds, summary: `Answers from ${missing.join(', ')}` });
  }
}

/** Page 3, second half: chunks of deals, several in flight. */
export async function scanDeals({ incident, world }: Case): Promise<void> {
  const dealsPerChunk = incident.waits.scanDealsPerChunk;
  const { chunks } = await world.planScan({ dealsPerChunk });
  let next = 0;
  const lane = async () => {
    while (next < chunks) {
      const chunk = next++;
      const summary = `Check recorded shares, chunk ${String(chunk + 1)} of ${String(chunks)}`;
      await world.scanDeals({ chunk, dealsPerChunk }, summary);
    }
  };
  const lanes = Math.min(incident.waits.chunksInFlight, chunks);
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** Page 4: every share by the right rule; then severity again, and every affected deal held. */
export async function recomputeShares({ world }: Case): Promise<Impact> {
  const impact = await world.recomputeShares();
  await world.declareSeverity({ phase: 'computed' });
  await world.holdDeals();
  return impact;
}

/** Pages 5 and 8: one stage of letters in a child of its own, gate and all. */
export async function deliver({ id, incident }: Case, stage: string): Promise<void> {
  const workflowId = workflowIds.letters(id, stage);
  const staticSummary = `Letters: ${stage}`;
  const letters = { incidentId: id, stage, waits: incident.waits };
  await stubbornly(deliverLetters, { workflowId, staticSummary, args: [letters] });
}

/** Page 6: the next plan to decide; null once every affected deal stands in an approved one. */
export async function nextPlan({ world, nudges }: Case, decided?: Plan): Promise<Plan | null> {
  for (;;) {
    const mark = nudges.mark();
    const draft = await world.draftPlan();
    if (draft.kind === 'nothing') return null;
    if (draft.kind !== 'waiting' && draft.digest !== decided?.digest) {
      beside(sendDossier(world)); // Nobody's mail holds up a gate.
      return { version: draft.version, digest: draft.digest };
    }
    const summary =
      draft.kind === 'waiting' ? 'Facts are missing' : 'A rejected plan waits for change';
    await nudges.since(mark, { summary });
  }
}

async function sendDossier(world: World): Promise<void> {
  const { digest } = await world.draftDossier();
  await world.sendDossier({ digest });
}

/** Page 7: exactly this plan, or none; a redraft in between takes its place. */
export async function decidePlan(the: Case, plan: Plan): Promise<GateVerdict> {
  const waiting = new CancellationScope();
  let verdict: GateVerdict | undefined;
  const decided = waiting
    .run(() => decide(the, { gateId: 'plan', subject: plan.digest }))
    .then((result) => (verdict = result));
  for (;;) {
    const mark = the.nudges.mark();
    await Promise.race([decided, the.nudges.since(mark, { summary: 'A redraft or a fact' })]);
    if (verdict !== undefined) return verdict;
    if (!isAnother(await the.world.draftPlan(), plan)) continue;
    waiting.cancel(); // The gate itself says what stands: void, or a decision that came first.
    return decided;
  }
}

/** Also when no plan stands any more: what is being decided is then nothing to decide. */
const isAnother = (draft: DraftedPlan, plan: Plan) => {
  return !('digest' in draft) || draft.digest !== plan.digest;
};

/** Page 8: moves what this plan says, in a child that ends when each of its rows is terminal. */
export async function settle({ id, incident }: Case, plan: Plan): Promise<void> {
  const { version } = plan;
  const workflowId = workflowIds.settlement(id, version);
  const staticSummary = `Settlement of plan ${String(version)}`;
  const settlement = { incidentId: id, version, waits: incident.waits };
  await stubbornly(settlePlan, { workflowId, staticSummary, args: [settlement] });
}

/** Page 9: an unexplained unit blocks until somebody explains it. */
export async function reconcile(
  { incident, world, nudges }: Case,
  versions: number[],
): Promise<void> {
  for (let look = 0; ; look += 1) {
    const mark = nudges.mark();
    for (const version of versions) await world.matchReceipts({ version }); // Also what came late.
    if ((await world.reconcilePlan()).explained) return;
    const seconds = seldomer(incident.waits.pollBank, look);
    await nudges.since(mark, { seconds, summary: 'A difference waits for its explanation' });
  }
}

/** Page 10, first half: nobody affected is left out without a name to it. */
export async function proveTerminal({ incident, world, nudges }: Case): Promise<void> {
  for (let look = 0; ; look += 1) {
    const mark = nudges.mark();
    const { open } = await world.proveTerminal();
    if (open === 0) return;
    const summary = `${String(open)} people are not done yet`;
    await nudges.since(mark, { seconds: seldomer(incident.waits.pollBank, look), summary });
  }
}

/** Page 10, second half: legal and management read it before anybody else does. */
export async function publishPostMortem(the: Case): Promise<string> {
  const { world, nudges, incident } = the;
  for (;;) {
    const mark = nudges.mark();
    const { digest } = await world.draftPostMortem();
    const verdict = await decide(the, { gateId: 'close', subject: digest });
    if (verdict.kind === 'passed') {
      await world.publishPostMortem({ digest });
      return digest;
    }
    const seconds = incident.waits.formsRemindEvery;
    await nudges.since(mark, { seconds, summary: 'A rejected post-mortem is written again' });
  }
}

/** A gate in a child of its own. */
export async function decide({ id }: Case, about: Question): Promise<GateVerdict> {
  const { gateId, subject } = about;
  const workflowId = workflowIds.gate(id, gateId);
  const gate = { incidentId: id, gateId, subject };
  const staticSummary = `Gate: ${gateId}`;
  const cancellationType = ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED;
  for (;;) {
    const options = { workflowId, staticSummary, cancellationType, args: [gate] as [typeof gate] };
    const verdict = await stubbornly(passGate, options);
    // Void without our doing: somebody cancelled it from outside, and it is still to be decided.
    const ours = CancellationScope.current().consideredCancelled;
    if (verdict.kind !== 'void' || ours) return verdict;
  }
}

/** Page 11: files the outcome in evidence, then closes the desk. */
export async function close(
  { id, world }: Case,
  end: { outcome: IncidentOutcome['outcome']; planVersions: number; postMortem: string },
): Promise<IncidentOutcome> {
  const { evidenceHead } = await world.closeIncident(end);
  await getExternalWorkflowHandle(workflowIds.desk(id)).cancel();
  return { incidentId: id, outcome: end.outcome, planVersions: end.planVersions, evidenceHead };
}
