/** The last steps of the runbook: the post-mortem, and the end. */
import { getExternalWorkflowHandle, log } from '@temporalio/workflow';
import type { IncidentOutcome } from '../contracts/incident';
import { workflowIds } from '../contracts/workflow-ids';
import { decide, type Case } from './steps';
import { approvedly } from './world';

/** Page 10, second half: legal and management read it before anybody else does. */
export async function publishPostMortem(the: Case): Promise<string> {
  const { world, nudges, incident } = the;
  for (let look = 0; ; look += 1) {
    const mark = nudges.mark();
    const { digest } = await world.draftPostMortem();
    const anew = look > 0 && { anew: true as const }; // Also where nothing else can be said.
    const verdict = await decide(the, { gateId: 'close', subject: digest, ...anew });
    if (verdict.kind === 'passed') {
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
    const closed = await approvedly(the, () => world.closeIncident(end));
    if (closed) {
      await closeDesk(id);
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
