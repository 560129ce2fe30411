/** The last steps of the runbook: the post-mortem, and the end. */
import { getExternalWorkflowHandle, log } from '@temporalio/workflow';
import type { IncidentOutcome } from '../contracts/incident';
import { workflowIds } from '../contracts/workflow-ids';
import type { Board } from './incident-board';
import { nudge } from './nudges';
import { isDone } from './proof-steps';
import { decideWhile, type Case } from './steps';
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
 * Page 10, second half: legal and management read it before anybody else does. It is withdrawn
 * where money comes back while they do, and undefined until all of it is settled anew.
 */
export async function publishPostMortem(the: Case): Promise<string | undefined> {
  const { world, nudges, incident } = the;
  const stands = async () => (await world.proveTerminal()).open === 0;
  for (let look = 0; ; look += 1) {
    if (look > 0 && !(await isDone(the))) return undefined;
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

/**
 * Page 11: files the outcome in evidence, then closes the desk; undefined where closing found that
 * something is not as earlier steps had answered.
 */
export async function close(
  the: Case,
  { board, postMortem }: { board: Board; postMortem: string },
): Promise<IncidentOutcome | undefined> {
  const { id, world } = the;
  const closed = await approvedly(the, () => world.closeIncident({ postMortem }));
  if (closed === undefined) return undefined;
  await closeDesk(id);
  await nudge(workflowIds.updates(id)); // Nothing is promised any more.
  await nudge(workflowIds.clocks(id)); // What can still run out is watched on.
  await board.close();
  return { incidentId: id, ...closed.done };
}

async function closeDesk(id: string): Promise<void> {
  try {
    await getExternalWorkflowHandle(workflowIds.desk(id)).cancel();
  } catch (error) {
    log.info('the desk has closed already', { error: String(error) });
  }
}
