/** The last steps of the runbook: the post-mortem, and the end. */
import { getExternalWorkflowHandle, log } from '@temporalio/workflow';
import type { IncidentOutcome } from '../contracts/incident';
import { workflowIds } from '../contracts/workflow-ids';
import { nudge } from './nudges';
import { decide, decideWhile, proveTerminal, type Case } from './steps';
import { keepRunning } from './stubbornly';
import { watchReturns } from './watch-returns';
import { approvedly } from './world';

/** Page 10, beside the rest and after it: a bank may send a payment back weeks later. */
export async function lookAfterMoney({ id, of, incident }: Case): Promise<void> {
  const workflowId = workflowIds.returns(id);
  const staticSummary = 'Looks whether money that was paid out comes back';
  const { followUpEvery: every, followUpFor: after } = incident.waits;
  const input = () => ({ ...of, every, after });
  await keepRunning(watchReturns, { workflowId, staticSummary, input });
}

/**
 * Page 10, second half: legal and management read it before anybody else does. It is withdrawn,
 * and written again, where money comes back while they do.
 */
export async function publishPostMortem(the: Case): Promise<string> {
  const { world, nudges, incident } = the;
  const stands = async () => (await world.proveTerminal()).open === 0;
  for (let look = 0; ; look += 1) {
    if (look > 0) await proveTerminal(the);
    const mark = nudges.mark();
    const { digest } = await world.draftPostMortem();
    const anew = look > 0 && { anew: true as const }; // Also where nothing else can be said.
    const question = { gateId: 'close', subject: digest, ...anew };
    const verdict = await decideWhile(the, { question, stands });
    if (verdict.kind === 'passed') {
      if (!(await stands())) continue;
      if (await approvedly(the, () => world.publishPostMortem({ digest }))) return digest;
      continue;
    }
    if (verdict.kind === 'void') continue; // It is asked for again as it stands now.
    const seconds = incident.waits.formsRemindEvery;
    await nudges.since(mark, { seconds, summary: 'A rejected post-mortem is written again' });
  }
}

/** Page 11: files the outcome in evidence, then closes the desk. */
export async function close(
  the: Case,
  end: { outcome: IncidentOutcome['outcome']; planVersions: number; postMortem: string },
): Promise<IncidentOutcome> {
  const { id, world } = the;
  const { outcome, planVersions, postMortem: subject } = end;
  for (;;) {
    await proveTerminal(the); // The mail may have taken days.
    const closed = await approvedly(the, () => world.closeIncident(end));
    if (closed) {
      await closeDesk(id);
      await nudge(workflowIds.updates(id)); // Nothing is promised any more.
      return { incidentId: id, outcome, planVersions, ...closed.done };
    }
    await decide(the, { gateId: 'close', subject, anew: true });
  }
}

async function closeDesk(id: string): Promise<void> {
  try {
    await getExternalWorkflowHandle(workflowIds.desk(id)).cancel();
  } catch (error) {
    log.info('the desk has closed already', { error: String(error) });
  }
}
