import { heartbeat } from '@temporalio/activity';
import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import type { AllocationService } from '../contracts/allocation-service';
import type { ReplayDeal } from '../domain/replay';
import { canonicalJson } from '../proof/canonical-json';
import { previewHolds } from './certify-service';
import { fail, parseInput } from './fail';
import type { Fix, Fixes } from './ports/fixes';

const dealsPerPreview = 100;
const brokenNamedMax = 100;

/**
 * Replays every past deal on the service's preview under the proposed rule, and certifies each.
 *
 * Retry: safe; what was found once stays.
 * Ensures: the report names rule, averages, deals and whatever does not hold; two people sign its
 * digest. A rule the service does not know fails the fix, it does not stop the incident.
 */
export const verifyFix = ({ fixes, service }: { fixes: Fixes; service: AllocationService }) =>
  async function verifyFix(input) {
    const { incidentId, attempt, at } = parseInput(ofIncident.extend({ attempt: z.int() }), input);
    const fix = await fixes.latest(incidentId);
    if (fix?.attempt !== attempt) throw fail('NOT_FOUND', `no fix ${String(attempt)} is proposed`);

    if (fix.state !== 'proposed') return onFile(fix); // Tried again, or gone back to.

    const { rule, averages, proposedBy } = fix;
    const replayed = await replayAll({ fixes, service }, { incidentId, rule });
    const affected = (await fixes.affectedDeals(incidentId)).map(({ dealId }) => dealId).sort();
    const holds = replayed.broken.length === 0 && replayed.refusal === undefined;
    // As they are now, so that what is signed is what goes live.
    const restatements = averages === 'corrected' ? await fixes.restatements(incidentId) : [];
    const report = { incident: incidentId, attempt, rule, averages, proposedBy, affected, holds };
    const body = canonicalJson({
      ...report,
      restatements,
      certified: replayed.deals - replayed.broken.length,
      deals: replayed.deals,
      broken: replayed.broken.slice(0, brokenNamedMax),
      ...(replayed.refusal === undefined ? {} : { refusal: replayed.refusal }),
    });
    const { reportDigest } = await fixes.reported({ incidentId, attempt, holds, body, at });
    return { holds, reportDigest };
  } satisfies Activities['verifyFix'];

function onFile({ state, reportDigest }: Fix) {
  const holds = state !== 'failed' && state !== 'rejected';
  return { holds, reportDigest: reportDigest ?? '' };
}

async function replayAll(
  { fixes, service }: { fixes: Fixes; service: AllocationService },
  { incidentId, rule }: { incidentId: string; rule: string },
): Promise<{ deals: number; broken: string[]; refusal?: string }> {
  const broken: string[] = [];
  let deals = 0;
  let page: ReplayDeal[] = [];
  const preview = async () => {
    const answer = await previewHolds(service, { rule, deals: page });
    broken.push(...answer.broken);
    deals += page.length;
    page = [];
    heartbeat({ deals });
    return answer.refusal;
  };
  for await (const deal of fixes.deals(incidentId)) {
    page.push(deal);
    if (page.length < dealsPerPreview) continue;
    const refusal = await preview();
    if (refusal !== undefined) return { deals, broken, refusal };
  }
  const refusal = page.length > 0 ? await preview() : undefined;
  return { deals, broken, ...(refusal === undefined ? {} : { refusal }) };
}
