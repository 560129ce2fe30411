import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import type { PolicyPack } from '../contracts/pack';
import { addDays } from '../domain/calendar';
import { composePlan, type PlanHead } from '../domain/plan';
import { planDeal, type DealPlan } from '../domain/plan-deal';
import { remedyRulesOf } from '../policies/remedy-rules';
import { sealPlan, type SealedPlan } from '../proof/plan-digest';
import { parseInput } from './fail';
import type { Plans, PlanSources } from './ports/plans';

/**
 * Drafts the next version of the plan from what is known now, or finds the newest one still true.
 *
 * Order: deals that wait for a fact are left out by name; deals already approved are not drafted
 * again. Retry: safe; a second try finds the version the first one left.
 * Ensures: the same facts give the same digest, so nobody has to sign again for nothing.
 */
export const draftPlan = ({ plans }: { plans: Plans }) =>
  async function draftPlan(input) {
    const { incidentId, at } = parseInput(ofIncident, input);
    const sources = await plans.sources(incidentId);
    if (sources === null) return { kind: 'nothing' };
    const standing = standingDraft({ incidentId, at, sources });
    const after = sources.latest?.version ?? 0;
    const drafting = { incidentId, at, after };
    if (standing !== null) {
      const { planned, sealed } = standing;
      await plans.save({ ...drafting, version: after, planned });
      return { kind: 'unchanged', ...sizeOf(sealed) };
    }
    const version = after + 1;
    const planned = planAll(sources, payDay(sources, at));
    const sealed = seal({ incidentId, sources, version, planned, payOn: payDay(sources, at) });
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
}): { planned: DealPlan[]; sealed: SealedPlan } | null {
  const { incidentId, at, sources } = given;
  const { latest } = sources;
  if (latest === null || latest.approved) return null;
  const { payOn } = latest.manifest;
  if (payOn < at.slice(0, 10) && payOn !== payDay(sources, at)) return null;
  const planned = planAll(sources, payOn);
  const sealed = seal({ incidentId, sources, version: latest.version, planned, payOn });
  return sealed.digest === latest.digest ? { planned, sealed } : null;
}

function planAll({ pack, deals }: PlanSources, payOn: string): DealPlan[] {
  const rules = remedyRulesOf(pack);
  return deals.map((deal) => planDeal({ ...deal, payOn, rules }));
}

function seal(given: {
  incidentId: string;
  sources: PlanSources;
  version: number;
  planned: readonly DealPlan[];
  payOn: string;
}): SealedPlan {
  const { incidentId, sources, version, planned, payOn } = given;
  const { pack, basis, impactDigest } = sources;
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
  return sealPlan(composePlan(head, planned));
}

function payDay({ pack, openedAt }: { pack: PolicyPack; openedAt: string }, at: string): string {
  const { from, afterDays } = pack.payOn.value;
  return addDays((from === 'opening' ? openedAt : at).slice(0, 10), afterDays);
}

function sizeOf({ manifest, digest, lines }: SealedPlan) {
  const { version, deals } = manifest;
  return { version, digest, deals: deals.length, lines: lines.length };
}
