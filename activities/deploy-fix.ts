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
  holds: z.literal(true),
});

/** The label under which the service records what the fix allocates. */
export const versionOf = (fix: { incidentId: string; attempt: number; rule: string }) => {
  return `${fix.rule}/${fix.incidentId}.${String(fix.attempt)}`;
};

/**
 * Deploys exactly the rule and the averages of the report two people signed, while still frozen.
 *
 * Retry: safe; the service takes the same label with the same content twice.
 * @throws APPROVAL_MISSING (refused) when nobody signed that report.
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

    const hold = (await ports.holds.open(incidentId)).find(({ kind }) => kind === 'service');
    if (hold?.token == null) throw fail('NOT_FOUND', 'the service is not held by this incident');
    const { rule, averages } = report;
    const restatements = averages === 'corrected' ? await ports.fixes.restatements(incidentId) : [];
    const order = { rule, averages, ruleVersion: versionOf({ incidentId, attempt, rule }) };
    const corrected = restatements.length > 0 ? { restatements } : {};
    const answer = await ports.service.deploy({ ...order, ...corrected, holdToken: hold.token });
    if (answer.kind === 'refused') throw fail('DEPLOY_REFUSED', `${answer.code}: ${answer.reason}`);
    const moved = { incidentId, attempt, state: 'deployed', kind: 'deployed', at } as const;
    await ports.fixes.moved({ ...moved, body: { attempt, reportDigest, ...order } });
  } satisfies Activities['deployFix'];

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
