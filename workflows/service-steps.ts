/** What the runbook has to do with the service track. */
import { workflowIds } from '../contracts/workflow-ids';
import { certifyLiveAllocations } from './certify-live-allocations';
import { restoreService } from './restore-service';
import type { Case } from './steps';
import { keepRunning } from './stubbornly';

/** Beside pages 3 to 9: the service comes back; a child certifies the first allocations after. */
export async function bringBack(the: Case): Promise<void> {
  const { id, of, incident } = the;
  const after = await restoreService(the);
  const workflowId = workflowIds.liveCheck(id);
  const staticSummary = 'Certifies the next live allocations';
  const { waits } = incident;
  const input = () => ({ ...of, waits, after, left: waits.liveChecks });
  await keepRunning(certifyLiveAllocations, { workflowId, staticSummary, input });
}

/** Page 10: what a live allocation had frozen again comes back before the incident is closed. */
export async function awaitOnline({ world, nudges }: Case): Promise<void> {
  for (;;) {
    const mark = nudges.mark();
    const { frozen } = await world.verifyFreeze();
    if (!frozen) return;
    await nudges.since(mark, { seconds: 3600, summary: 'Frozen again: waiting for another fix' });
  }
}
