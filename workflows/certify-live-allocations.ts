import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, continueAsNew, startChild } from '@temporalio/workflow';
import type { OfRun, Waits } from '../contracts/incident';
import { workflowIds } from '../contracts/workflow-ids';
import { beside, listen, nudge } from './nudges';
import { restoreService } from './restore-service';
import type { Asking } from './steps';
import { watchFreeze } from './watch-freeze';
import { worldOf } from './world';

const roundsPerRun = 300;

/** Certifies `left` more allocations, from the one after sequence number `after` on. */
export type LiveCheckInput = OfRun & {
  waits: Waits;
  after: number;
  left: number;
};

/**
 * Certifies the first real allocations after the unfreeze.
 *
 * Ensures: one that fails freezes the service again, in the same activity that found it; from then
 * on it stays frozen until another fix has gone the whole way, and is checked live in its turn.
 */
export async function certifyLiveAllocations(input: LiveCheckInput): Promise<void> {
  const nudges = listen();
  const { incidentId: id, run, waits } = input;
  const of = { incidentId: id, run };
  const the: Asking = { id, of, world: worldOf(of, nudges), nudges };
  let { after, left } = input;
  for (let round = 0; round < roundsPerRun && left > 0; round += 1) {
    const mark = nudges.mark();
    const live = await the.world.checkLiveAllocations({ after });
    if (live.failed > 0) {
      await watchAnew(of, waits);
      await startAgain(the);
      [after, left] = [live.next, waits.liveChecks];
      continue;
    }
    [after, left] = [live.next, left - live.checked];
    if (left <= 0) return;
    const summary = `${String(left)} live allocations still to certify`;
    await nudges.since(mark, { seconds: waits.pollLive, summary });
  }
  if (left > 0) await continueAsNew<typeof certifyLiveAllocations>({ ...input, after, left });
}

/** The watch ended with the last hold; where a deal is still held, it is there and sees this. */
async function watchAnew(of: OfRun, waits: Waits): Promise<void> {
  const workflowId = workflowIds.freezeWatch(of.incidentId);
  const staticSummary = 'Watches the freeze, and freezes again if it lapsed';
  const parentClosePolicy = ParentClosePolicy.ABANDON;
  const args: Parameters<typeof watchFreeze> = [{ ...of, every: waits.freezeWatchEvery }];
  try {
    await startChild(watchFreeze, { workflowId, staticSummary, parentClosePolicy, args });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

/** The service track once more; a person is called, since what was approved was wrong. */
async function startAgain(the: Asking): Promise<void> {
  const { id, world } = the;
  const step = 'certifyLiveAllocations';
  await nudge(workflowIds.incident(id));
  beside(world.callForPerson({ step, code: 'CERTIFICATE_BROKEN' }));
  await restoreService(the);
  await world.thankPerson({ step });
  await nudge(workflowIds.incident(id));
}
