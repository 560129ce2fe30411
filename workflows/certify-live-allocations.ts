import { continueAsNew } from '@temporalio/workflow';
import type { OfRun, Waits } from '../contracts/incident';
import { listen } from './nudges';
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
 * Ensures: one that fails freezes the service again, in the same activity that found it.
 */
export async function certifyLiveAllocations(input: LiveCheckInput): Promise<void> {
  const nudges = listen();
  const world = worldOf(input, nudges);
  let { after, left } = input;
  for (let round = 0; round < roundsPerRun && left > 0; round += 1) {
    const mark = nudges.mark();
    const live = await world.checkLiveAllocations({ after });
    if (live.failed > 0) {
      await world.callForPerson({
        step: 'certifyLiveAllocations',
        code: 'CERTIFICATE_BROKEN',
        round: 1,
      });
      return;
    }
    [after, left] = [live.next, left - live.checked];
    if (left <= 0) return;
    const summary = `${String(left)} live allocations still to certify`;
    await nudges.since(mark, { seconds: input.waits.pollLive, summary });
  }
  if (left > 0) await continueAsNew<typeof certifyLiveAllocations>({ ...input, after, left });
}
