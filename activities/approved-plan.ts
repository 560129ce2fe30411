import { z } from 'zod';
import { ofIncident } from '../contracts/activity-input';
import type { Approvals } from './ports/approvals';
import type { Plans } from './ports/plans';
import type { Settlements, VerifiedLines } from './ports/settlements';

/** Which version of whose plan is settled, and when. */
export const ofPlan = ofIncident.extend({ version: z.int().positive() });

/**
 * The plan version as people approved it: lines recomputed up to its digest, votes verified.
 *
 * Order: every effect asks for it again, right before it.
 * @throws PLAN_MISMATCH (bug) when the lines are not what the digest is of.
 * @throws APPROVAL_MISSING (refused) when the gate has not passed on exactly this digest.
 */
export async function approvedPlan(
  ports: { plans: Pick<Plans, 'verifyPlan'>; approvals: Pick<Approvals, 'require'> },
  { incidentId, version }: { incidentId: string; version: number },
): ReturnType<Plans['verifyPlan']> {
  const plan = await ports.plans.verifyPlan({ incidentId, version });
  await ports.approvals.require({ incidentId, gateId: 'plan', subject: plan.digest });
  return plan;
}

/**
 * As `approvedPlan`, for the lines of some deals: what a part of a large plan needs.
 *
 * @throws PLAN_MISMATCH (bug) when one of these lines is not what the digest is of.
 * @throws APPROVAL_MISSING (refused) when the gate has not passed on exactly this digest.
 */
export async function approvedLines(
  ports: {
    settlements: Pick<Settlements, 'verifiedLines'>;
    approvals: Pick<Approvals, 'require'>;
  },
  of: { incidentId: string; version: number; deals: readonly string[] },
): Promise<VerifiedLines> {
  const verified = await ports.settlements.verifiedLines(of);
  const { incidentId } = of;
  await ports.approvals.require({ incidentId, gateId: 'plan', subject: verified.digest });
  return verified;
}
