/** The steps of the service track: from a proposed fix to a service that is online again. */
import type { FixState } from '../contracts/activities';
import { workflowIds } from '../contracts/workflow-ids';
import { certifyLiveAllocations } from './certify-live-allocations';
import { keepRunning } from './stubbornly';
import type { Case } from './steps';

type Verified = { attempt: number; reportDigest: string };

/** Service track: waits until somebody proposes a fix, or a scan shows that none is needed. */
export async function awaitFix(
  { world, nudges }: Case,
  triedAttempt: number,
): Promise<Exclude<FixState, { kind: 'none' }>> {
  for (;;) {
    const mark = nudges.mark();
    const fix = await world.readFix();
    if (fix.kind === 'not-needed') return fix;
    if (fix.kind === 'proposed' && fix.attempt > triedAttempt) return fix;
    await nudges.since(mark, { summary: 'Waiting for a fix' });
  }
}

/** Deployed while still frozen, asked once on the live version, only then lifted. */
export async function goLive(the: Case, fix: Verified): Promise<boolean> {
  const { world } = the;
  await world.deployFix(fix);
  const { holds } = await world.probeFix({ attempt: fix.attempt });
  if (holds) await unfreeze(the, fix.reportDigest);
  return holds;
}

/** Lifts the freeze of the service; a child certifies the first allocations after it. */
async function unfreeze({ id, of, incident, world }: Case, reportDigest: string): Promise<void> {
  const { lastSeq } = await world.liftFreeze({ reportDigest });
  const workflowId = workflowIds.liveCheck(id);
  const staticSummary = 'Certifies the next live allocations';
  const { waits } = incident;
  const input = () => ({ ...of, waits, after: lastSeq, left: waits.liveChecks });
  await keepRunning(certifyLiveAllocations, { workflowId, staticSummary, input });
}

/** Nobody was harmed: the service and the reported deals are let go on the scan's own report. */
export async function clear(the: Case, reportDigest: string): Promise<void> {
  await unfreeze(the, reportDigest);
  await the.world.liftDealHolds();
}
