import type { GateName } from '../../activities/ports/gates';
import type { PolicyPack } from '../../contracts/pack';
import { planRule, sizesOf, tierOf, type PlanSize } from '../../domain/approval-tiers';
import { gateRuleFor, type GateRule } from '../../domain/gate-rule';
import { digestOf, sha256Hex } from '../../proof/digest';
import type { PlanManifest } from '../../proof/plan-digest';
import type { Queryable } from './pool';

/** What a gate needs; `flaw` says why nothing can pass it as the tables are. */
export type FoundRule = { rule: GateRule; flaw?: string };

type Of = GateName & { subject: string };
type Tiers = NonNullable<PolicyPack['approvalTiers']>['value'];

/**
 * The votes a gate needs: by its id, and for a plan by its amounts, as the policy has it under
 * which the incident was opened.
 *
 * Ensures: amounts are those the digest is of, and the policy that which evidence names: a row that
 * says otherwise makes no gate easier to pass.
 */
export async function readRule(db: Queryable, of: Of): Promise<FoundRule | undefined> {
  const rule = gateRuleFor(of.gateId);
  if (rule === undefined || of.gateId !== 'plan') return rule && { rule };
  const found = await readTiers(db, of.incidentId);
  if ('flaw' in found) return { rule, ...found };
  const { tiers } = found;
  const sizes = await readSizes(db, of);
  const tier = sizes === 'edited' ? tiers.length : tierOf(tiers, sizes);
  return { rule: planRule(tiers, tier) };
}

type Policy = { pack: Partial<PolicyPack>; bound: string | null };

async function readTiers(
  db: Queryable,
  incidentId: string,
): Promise<{ tiers: Tiers } | { flaw: string }> {
  const { rows } = await db.query<Policy>(
    `SELECT pack_snapshot AS pack, (SELECT entry::jsonb #>> '{body,packDigest}' FROM evidence
       WHERE chain = incident_id AND kind = 'opened' ORDER BY seq LIMIT 1) AS bound
     FROM incidents WHERE incident_id = $1`,
    [incidentId],
  );
  const { pack, bound } = rows[0] ?? { pack: {}, bound: null };
  if (digestOf(pack) === bound) return { tiers: pack.approvalTiers?.value ?? [] };
  return { flaw: `the policy that ${incidentId} was opened under: its row is another` };
}

const keptMax = 32;
/** By digest, which is of the very text: what is kept here can never be out of date. */
const kept = new Map<string, PlanSize[]>();

/** Nothing is large where no plan is on file: nothing can be done under it either. */
async function readSizes(
  db: Queryable,
  { incidentId, subject }: Of,
): Promise<PlanSize[] | 'edited'> {
  const known = kept.get(subject);
  if (known !== undefined) return known;
  const { rows } = await db.query<{ text: string }>(
    'SELECT manifest_text AS text FROM plans WHERE incident_id = $1 AND digest = $2',
    [incidentId, subject],
  );
  const [plan] = rows;
  if (plan === undefined) return [];
  if (sha256Hex(plan.text) !== subject) return 'edited';
  const { deals } = JSON.parse(plan.text) as PlanManifest;
  const sizes = sizesOf(deals.map(({ totals }) => totals));
  if (kept.size >= keptMax) kept.clear();
  kept.set(subject, sizes);
  return sizes;
}
