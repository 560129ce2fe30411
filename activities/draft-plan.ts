import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import type { PolicyPack } from '../contracts/pack';
import { addDays } from '../domain/calendar';
import { composePlan, type PlanHead } from '../domain/plan';
import { planDeal, type DealPlan } from '../domain/plan-deal';
import { remedyRulesOf } from '../policies/remedy-rules';
import { sealPlan, type SealedPlan } from '../proof/plan-digest';
import { parseInput } from './fail';
import type { Approvals } from './ports/approvals';
import type { Plans, PlanSources } from './ports/plans';

/**
 * Drafts the next version of the plan from what is known now, or finds the newest one still true.
 *
 * Order: a version whose votes count no longer goes first; deals that wait for a fact are left out
 * by name; deals already approved are not drafted again. Retry: safe; a second try finds the
 * version the first one left.
 * Ensures: the same facts give the same digest, so nobody has to sign again for nothing.
 */
export const draftPlan = ({ plans, approvals }: { plans: Plans; approvals: Approvals }) =>
  async function draftPlan(input) {
    const { incidentId, at } = parseInput(ofIncident, input);
    const unsigned = await plans.unsigned(incidentId);
    if (unsigned !== null) return { kind: 'unsigned', ...unsigned };
    const sources = await plans.sources(incidentId);
    if (sources === null) return { kind: 'nothing' };
    const standing = standingDraft({ incidentId, at, sources });
    const after = sources.latest?.version ?? 0;
    const drafting = { incidentId, at, after };
    if (standing !== null) {
      const { planned, sealed } = standing;
      await plans.save({ ...drafting, version: after, planned });
      const { digest } = sealed;
      const decided = await approvals.standing({ incidentId, gateId: 'plan', subject: digest });
      if (!decided.approved && decided.rejected)
        return { kind: 'rejected', version: after, digest };
      return { kind: 'unchanged', ...sizeOf(sealed) };
    }
    const version = after + 1;
    const payOn = payDay(sources, at);
    const { planned, sealed } = draftOf({ incidentId, sources, version, payOn });
    await plans.save({
      ...drafting,
      version,
      planned,
      ...(sealed.lines.length === 0 ? {} : { sealed }),
    });
    if (sealed.lines.length > 0) return { kind: 'drafted', ...sizeOf(sealed) };
    return planned.length === 0 ? { kind: 'nothing' } : { kind: 'waiting', deals: planned.length };
  } satisfies Activities['draftPlan'];

/**
 * The newest version, when it is not approved yet, its day of payment is still to come, and the
 * facts of today give the same digest.
 */
function standingDraft(given: {
  incidentId: string;
  at: string;
  sources: PlanSources;
}): Draft | null {
  const { incidentId, at, sources } = given;
  const { latest } = sources;
  if (latest === null || latest.approved) return null;
  const { payOn } = latest.manifest;
  if (payOn < at.slice(0, 10) && payOn !== payDay(sources, at)) return null;
  const draft = draftOf({ incidentId, sources, version: latest.version, payOn });
  return draft.sealed.digest === latest.digest ? draft : null;
}

type Draft = { planned: DealPlan[]; sealed: SealedPlan };

/** What `sources` give as one version, to be paid on one day: the same ones, the same digest. */
export function draftOf(given: {
  incidentId: string;
  sources: PlanSources;
  version: number;
  payOn: string;
}): Draft {
  const { incidentId, sources, version, payOn } = given;
  const { pack, basis, impactDigest, deals } = sources;
  const rules = remedyRulesOf(pack);
  const planned = deals.map((deal) => planDeal({ ...deal, payOn, rules }));
  const head: PlanHead = {
    incident: incidentId,
    version,
    pack: pack.name,
    packVersion: pack.version,
    ruleVersion: 'prorate@1',
    basis,
    impactDigest,
    payOn,
    goodThrough: addDays(payOn, pack.goodForDays.value),
  };
  return { planned, sealed: sealPlan(composePlan(head, planned)) };
}

/** From the opening or from today, as the pack says; from today once that is too long ago. */
function payDay({ pack, openedAt }: { pack: PolicyPack; openedAt: string }, at: string): string {
  const { from, afterDays } = pack.payOn.value;
  const [opened, today] = [openedAt.slice(0, 10), at.slice(0, 10)];
  const first = addDays(from === 'opening' ? opened : today, afterDays);
  const isOver = addDays(first, pack.goodForDays.value) < today;
  return isOver ? addDays(today, afterDays) : first;
}

function sizeOf({ manifest, digest, lines }: SealedPlan) {
  const { version, deals } = manifest;
  return { version, digest, deals: deals.length, lines: lines.length };
}
