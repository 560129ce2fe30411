import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import type { AllocationService } from '../contracts/allocation-service';
import { sha256Hex } from '../proof/digest';
import { fail, parseInput } from './fail';
import type { Approvals } from './ports/approvals';
import type { Fixes } from './ports/fixes';
import type { Holds } from './ports/holds';

const deployment = ofIncident.extend({ attempt: z.int(), reportDigest: z.string() });
const signedReport = z.object({
  incident: z.string(),
  attempt: z.int(),
  rule: z.string(),
  averages: z.enum(['recorded', 'corrected']),
  restatements: z.array(
    z.object({ dealId: z.string(), investorId: z.string(), allocated: z.string() }),
  ),
  holds: z.literal(true),
});

/** The label under which the service records what the fix allocates. */
export const versionOf = (fix: { incidentId: string; attempt: number; rule: string }) => {
  return `${fix.rule}/${fix.incidentId}.${String(fix.attempt)}`;
};

/**
 * Deploys exactly the rule and the averages of the report two people signed, while still frozen.
 *
 * Retry: safe; what is live already is not deployed again.
 * @throws APPROVAL_MISSING (refused) when nobody signed that report, or the fix has failed since.
 * @throws NOT_FOUND (refused) when the service is not held by this incident.
 */
export const deployFix = (ports: {
  fixes: Fixes;
  holds: Holds;
  service: AllocationService;
  approvals: Approvals;
}) =>
  async function deployFix(input): Promise<void> {
    const { incidentId, attempt, reportDigest, at } = parseInput(deployment, input);
    const report = await signed(ports, { incidentId, reportDigest });
    const newest = await ports.fixes.latest(incidentId);
    if (newest?.attempt !== attempt) throw fail('APPROVAL_MISSING', 'a newer fix is proposed');
    if (report.attempt !== attempt) throw fail('APPROVAL_MISSING', 'another fix was signed');
    if (newest.state === 'failed') throw fail('APPROVAL_MISSING', 'the fix has failed since');

    const { rule, averages, restatements } = report;
    const order = { rule, averages, ruleVersion: versionOf({ incidentId, attempt, rule }) };
    const corrected = restatements.length > 0 ? { restatements } : {};
    if ((await ports.service.state()).ruleVersion !== order.ruleVersion) {
      const holdToken = await serviceToken(ports.holds, incidentId);
      const answer = await ports.service.deploy({ ...order, ...corrected, holdToken });
      if (answer.kind === 'refused') {
        throw fail('DEPLOY_REFUSED', `${answer.code}: ${answer.reason}`);
      }
    }
    const moved = { incidentId, attempt, state: 'deployed', kind: 'deployed', at } as const;
    await ports.fixes.moved({ ...moved, body: { attempt, reportDigest, ...order } });
  } satisfies Activities['deployFix'];

async function serviceToken(holds: Holds, incidentId: string): Promise<string> {
  const hold = (await holds.open(incidentId)).find(({ kind }) => kind === 'service');
  if (hold?.token == null) throw fail('NOT_FOUND', 'the service is not held by this incident');
  return hold.token;
}

/** The report as signed: approved by its votes, and its bytes still what the digest is of. */
async function signed(
  { fixes, approvals }: { fixes: Fixes; approvals: Approvals },
  { incidentId, reportDigest }: { incidentId: string; reportDigest: string },
) {
  await approvals.require({ incidentId, gateId: 'unfreeze', subject: reportDigest });
  const body = await fixes.report(incidentId, reportDigest);
  if (body === null || sha256Hex(body) !== reportDigest) {
    throw fail('APPROVAL_MISSING', `no fix report has the digest ${reportDigest}`);
  }
  const report = parseInput(signedReport, JSON.parse(body));
  if (report.incident !== incidentId) throw fail('APPROVAL_MISSING', 'signed for another incident');
  return report;
}
