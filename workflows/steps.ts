/**
 * The runbook's steps: which activities and children each is made of. The pages read none of it.
 *
 * Order: whatever ticks, repeats or talks lives in a child of its own, so that the parent's history
 * stays small however many investors there are and however long people take.
 */
import { CancellationScope, ChildWorkflowCancellationType } from '@temporalio/workflow';
import type { DraftedPlan } from '../contracts/activities';
import type { IncidentStart, OfRun } from '../contracts/incident';
import { workflowIds } from '../contracts/workflow-ids';
import { askForUpdates } from './ask-for-updates';
import { dossierBringer } from './bring-dossier';
import { deliverLetters } from './deliver-letters';
import { incidentDesk } from './incident-desk';
import { openBoard } from './incident-board';
import { beside, inCaseUnheard, listen, nudge, seldomer, type Nudges } from './nudges';
import { hasCome, secondsUntil } from './until-instant';
import { pageOnCall } from './page-on-call';
import { passGate, type GateVerdict } from './pass-gate';
import { settlePlan } from './settle-plan';
import { keepRunning, stubbornly } from './stubbornly';
import { watchClocks } from './watch-clocks';
import { watchFreeze } from './watch-freeze';
import { Work } from './work';
import { approvedly, worldOf, type World } from './world';

/** One version of the plan, by the digest people decide on. */
export type Plan = { version: number; digest: string };
/** How many were hurt; none at all ends the incident without remedies. */
export type Impact = { investorsAffected: number; dealsAffected: number };
type Question = { gateId: string; subject: string; anew?: true };
type Deciding = {
  question: Question;
  stands: () => Promise<boolean>;
  every?: (turn: number) => number;
};

/** One run of an incident in the hands of the runbook. */
export type Case = {
  incident: IncidentStart;
  id: string;
  of: OfRun;
  world: World;
  nudges: Nudges;
  /** Brings the dossier, where it says anything new, beside whatever follows. */
  bringDossier: () => void;
};

/** As much of it as a track needs that goes on when the runbook is through. */
export type Asking = Omit<Case, 'incident' | 'bringDossier'>;

/** Sets every handler before anything is awaited, so that no early message is lost. */
export function take(incident: IncidentStart) {
  const nudges = listen();
  const { incidentId, run } = incident;
  const of = { incidentId, run };
  const world = worldOf(of, nudges);
  const board = openBoard({ incident, world, nudges });
  const bringDossier = dossierBringer(world);
  const the: Case = { incident, id: incidentId, of, world, nudges, bringDossier };
  return { the, board };
}

/**
 * Runs the pages to their end, whoever asks Temporal to cancel them: an incident does not end
 * because somebody pressed a button there. People on call are told that somebody did.
 */
export async function toTheEnd<T>({ world }: Case, pages: () => Promise<T>): Promise<T> {
  const asked = CancellationScope.current().cancelRequested;
  const step = 'cancelIncident';
  return CancellationScope.nonCancellable(() => {
    beside(
      asked.catch(async () => {
        await world.callForPerson({ step, code: 'CANCEL_REFUSED' });
        await world.thankPerson({ step }); // Told; nobody is waited for.
      }),
    );
    return pages();
  });
}

/** Opens the inbox of signed commands; it closes with the incident, not with this run. */
export async function startDesk({ id, of, incident }: Case): Promise<void> {
  const workflowId = workflowIds.desk(id);
  const staticSummary = 'The inbox: checks every signed command';
  const lookEvery = Math.max(60, incident.waits.freezeWatchEvery);
  const input = () => ({ ...of, lookEvery });
  await keepRunning(incidentDesk, { workflowId, staticSummary, input, endless: true });
}

/** Page 1. The harm stops before anybody discusses it; a child keeps looking that it stays so. */
export async function freezeAllocations({ id, of, incident, world }: Case): Promise<void> {
  await world.freezeAllocations();
  const workflowId = workflowIds.freezeWatch(id);
  const staticSummary = 'Watches the freeze, and freezes again if it lapsed';
  const input = () => ({ ...of, every: incident.waits.freezeWatchEvery });
  await keepRunning(watchFreeze, { workflowId, staticSummary, input });
}

/** Page 2: severity by the facts known now; people on call are paged until somebody takes it. */
export async function declareSeverity({ id, of, incident, world }: Case): Promise<void> {
  await world.declareSeverity({ phase: 'provisional' });
  const workflowId = workflowIds.paging(id);
  const staticSummary = 'Pages the people on call until somebody takes it';
  const every = incident.waits.pagingEvery;
  const input = () => {
    // Counted from the opening: what has left is not sent again, and no page is left out.
    const secondsOpen = (Date.now() - Date.parse(incident.openedAt)) / 1000;
    const round = Math.max(1, Math.floor(secondsOpen / every) + 1);
    return { ...of, every, round };
  };
  await keepRunning(pageOnCall, { workflowId, staticSummary, input });
}

/** Beside all pages: stakeholders hear again and again how it stands, or somebody is reminded. */
export async function promiseUpdates({ id, of }: Case): Promise<void> {
  const workflowId = workflowIds.updates(id);
  const staticSummary = 'Reminds who owes stakeholders the next update';
  await keepRunning(askForUpdates, { workflowId, staticSummary, input: () => of });
}

/** Page 2 too: every fact that comes is weighed, and no deadline runs out unsaid. */
export async function watchTheClocks({ id, of }: Case): Promise<void> {
  const workflowId = workflowIds.clocks(id);
  const staticSummary = 'Weighs each new fact, and watches every deadline';
  // While the incident is open its watch is never over, whoever says so.
  await keepRunning(watchClocks, { workflowId, staticSummary, input: () => of, endless: true });
}

/** Page 3, first half: nothing can be scanned before there is a history. */
export async function findHistory({ id, incident, world, nudges }: Case): Promise<void> {
  for (let look = 0; ; look += 1) {
    const mark = nudges.mark();
    const { snapshotId } = await world.findSnapshot();
    if (snapshotId !== null) return nudge(workflowIds.clocks(id)); // Deals have dates now.
    const seconds = seldomer(incident.waits.pollImport, look);
    const summary = "Waiting for an import of the platform's history";
    await nudges.since(mark, { seconds, summary });
  }
}

/** Page 3, beside the rest: asks the teams, and reminds them until they answered or time is up. */
export async function askTeams({ world, nudges }: Case): Promise<void> {
  const { deadlineAt } = await world.openForms();
  await world.remindTeams({ because: 'opened', missing: [] }, 'Ask the three teams by mail');
  for (let due = false; ;) {
    const mark = nudges.mark();
    const { missing, nextReminderAt } = await world.readForms();
    if (missing.length === 0 || hasCome(deadlineAt)) return;
    const who = missing.join(', ');
    if (due) await world.remindTeams({ because: 'due', missing }, `Remind ${who}`);
    const seconds = secondsUntil(nextReminderAt ?? deadlineAt);
    await nudges.since(mark, { seconds, summary: `Answers from ${who}` });
    due = nextReminderAt !== undefined && hasCome(nextReminderAt);
  }
}

/**
 * Page 3, second half: every recorded share of every deal. One activity, however many deals: it
 * keeps its place in Postgres, so that the history of this run does not grow with them.
 */
export async function scanDeals({ incident, world }: Case): Promise<void> {
  await world.scanDeals({ dealsPerChunk: incident.waits.scanDealsPerChunk });
}

/**
 * Page 4: every share by the right rule; then severity again, and every affected deal held. Nothing
 * is built on it before a second computation came to the same.
 */
export async function recomputeShares({ id, incident, world, nudges }: Case): Promise<Impact> {
  const impact = await world.recomputeShares({ dealsPerChunk: incident.waits.scanDealsPerChunk });
  await world.declareSeverity({ phase: 'computed' });
  await nudge(workflowIds.clocks(id)); // Now it is known which deals have deadlines.
  await world.holdDeals();
  await world.askSecondOpinion();
  nudges.ring(); // Where nobody was harmed, the service track waits for no fix.
  return impact;
}

/** Pages 5 and 8: each stage of letters in a child of its own, gate and all. */
export function deliver({ id, of, incident }: Case, letters: Work): void {
  for (const stage of ['acknowledgement', 'call', 'advice', 'resolution']) {
    const workflowId = workflowIds.letters(id, stage);
    const staticSummary = `Letters: ${stage}`;
    const input = { ...of, stage, waits: incident.waits };
    letters.goOn(workflowId, async () => {
      await stubbornly(deliverLetters, { workflowId, staticSummary, input });
      return true;
    });
  }
}

/** Page 6: the next plan to decide; null once every affected deal stands in an approved one. */
export async function nextPlan({ world, nudges, bringDossier }: Case): Promise<Plan | null> {
  for (let look = 0; ; look += 1) {
    const mark = nudges.mark();
    const draft = await world.draftPlan();
    if (draft.kind === 'nothing') return null;
    if (draft.kind !== 'waiting' && draft.kind !== 'rejected') {
      // What was begun has its dossier.
      if (draft.kind !== 'unsigned') bringDossier();
      return { version: draft.version, digest: draft.digest };
    }
    const summary =
      draft.kind === 'waiting' ? 'Facts are missing' : 'A rejected plan waits for change';
    await nudges.since(mark, { seconds: inCaseUnheard(look), summary });
  }
}

/**
 * Page 7: exactly this plan, or none; a redraft in between takes its place. Whoever decides has the
 * dossier as things stand: an answer that changes meanwhile makes another version of it.
 */
export function decidePlan(the: Case, plan: Plan): Promise<GateVerdict> {
  const question = { gateId: 'plan', subject: plan.digest };
  const stands = async () => {
    if (isAnother(await the.world.draftPlan(), plan)) return false;
    the.bringDossier();
    return true;
  };
  return decideWhile(the, { question, stands });
}

/**
 * A gate on what may change meanwhile: looked at again at each nudge, and `every` so often where
 * nobody nudges; withdrawn once it has changed.
 */
export async function decideWhile(
  the: Asking,
  { question, stands, every }: Deciding,
): Promise<GateVerdict> {
  const waiting = new CancellationScope();
  let verdict: GateVerdict | undefined;
  const decided = waiting.run(() => decide(the, question)).then((result) => (verdict = result));
  for (let turn = 0; ; turn += 1) {
    const mark = the.nudges.mark();
    const wait = { summary: 'A decision, or a change', ...(every && { seconds: every(turn) }) };
    await Promise.race([decided, the.nudges.since(mark, wait)]);
    if (verdict !== undefined) return verdict;
    if (await stands()) continue;
    waiting.cancel(); // The gate itself says what stands: void, or a decision that came first.
    return decided;
  }
}

/** Also when no plan stands any more: what is being decided is then nothing to decide. */
const isAnother = (draft: DraftedPlan, plan: Plan) => {
  return !('digest' in draft) || draft.digest !== plan.digest;
};

/** What is carried out beside the pages: settlements, and letters. */
export const beginWork = () => ({ letters: new Work(), settling: new Work() });

/** Pages 6 to 8: what was signed before goes on here. */
export async function settleSigned(the: Case, settling: Work): Promise<void> {
  const { versions } = await the.world.findApprovedPlans();
  for (const version of versions) {
    settling.goOn(workflowIds.settlement(the.id, version), () => settled(the, version));
  }
}

/** Page 8, first of all: false where nobody has approved this plan after all, or it has aged. */
export async function book(the: Case, { version }: Plan): Promise<boolean> {
  const booked = await approvedly(the, () => the.world.prepareSettlement({ version }));
  return booked?.done.outdated === false;
}

/** Page 8: moves what a plan says; one begun on a verdict that was none has ended before. */
export function settle(the: Case, { plan, settling }: { plan: Plan; settling: Work }): void {
  const { version } = plan;
  settling.goOnAfter(workflowIds.settlement(the.id, version), () => settled(the, version));
}

/** In a child that ends when each of its rows is terminal; false where its votes are gone. */
async function settled({ id, of, incident }: Case, version: number): Promise<boolean> {
  const workflowId = workflowIds.settlement(id, version);
  const staticSummary = `Settlement of plan ${String(version)}`;
  const input = { ...of, version, waits: incident.waits };
  const end = await stubbornly(settlePlan, { workflowId, staticSummary, input });
  return end === 'settled';
}

/**
 * A gate in a child of its own.
 *
 * Ensures: `void` where what it was about is not what stands; whoever asked looks again.
 */
export async function decide({ id, of }: Asking, about: Question): Promise<GateVerdict> {
  const workflowId = workflowIds.gate(id, about.gateId);
  const staticSummary = `Gate: ${about.gateId}`;
  const cancellationType = ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED;
  const input = { ...of, ...about };
  return stubbornly(passGate, { workflowId, staticSummary, cancellationType, input });
}
