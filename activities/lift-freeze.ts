import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import type { AllocationService } from '../contracts/allocation-service';
import { versionOf } from './deploy-fix';
import { fail, parseInput } from './fail';
import { liftHolds } from './place-holds';
import type { Approvals } from './ports/approvals';
import type { Fixes } from './ports/fixes';
import type { Holds } from './ports/holds';
import type { SecondOpinions } from './ports/second-opinions';

/**
 * Lifts this incident's service hold, on the report two people of different roles signed.
 *
 * Ensures: with a fix, only once it is live and probed; holds of other incidents go on standing;
 * an approval lifts nothing any more once a live allocation under it did not hold.
 * Retry: safe; gives how far allocations had come at the first lift.
 * @throws APPROVAL_MISSING (refused) when nobody signed that report, or it is not the live fix's.
 * @throws SECOND_OPINION_DIFFERS (bug) while nobody knows which of two computations is right.
 */
export const liftFreeze = (ports: {
  holds: Holds;
  fixes: Fixes;
  service: AllocationService;
  approvals: Approvals;
  secondOpinions: Pick<SecondOpinions, 'differs'>;
}) =>
  async function liftFreeze(input): Promise<{ lastSeq: number }> {
    const given = parseInput(ofIncident.extend({ reportDigest: z.string() }), input);
    const { incidentId, reportDigest, at } = given;
    await ports.approvals.require({ incidentId, gateId: 'unfreeze', subject: reportDigest });
    if (await ports.secondOpinions.differs(incidentId)) {
      throw fail('SECOND_OPINION_DIFFERS', `the freeze of ${incidentId} stays on`);
    }
    const fix = await ports.fixes.latest(incidentId);
    const clean = await ports.fixes.cleanScan(incidentId);
    const live = fix?.state === 'live' && fix.reportDigest === reportDigest;
    if (!live && clean !== reportDigest) {
      throw fail(
        'APPROVAL_MISSING',
        'the report that was signed is not that of a live, probed fix',
      );
    }
    const { lastSeq, ruleVersion } = await ports.service.state();
    if (live && ruleVersion !== versionOf({ incidentId, ...fix })) {
      throw fail('APPROVAL_MISSING', `version ${ruleVersion} is live, which is not the one signed`);
    }
    const holds = (await ports.holds.open(incidentId)).filter(({ kind }) => kind === 'service');
    await liftHolds(ports, { incidentId, holds, at, why: `unfreeze ${reportDigest}`, lastSeq });
    return { lastSeq: (await ports.holds.onlineAfter(incidentId)) ?? lastSeq };
  } satisfies Activities['liftFreeze'];
