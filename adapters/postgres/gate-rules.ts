import type { GateOpening } from '../../activities/ports/gates';
import type { PolicyPack } from '../../contracts/pack';
import {
  letsStand,
  planRule,
  sizesOf,
  sizesTogether,
  tierOf,
  type PlanSize,
} from '../../domain/approval-tiers';
import { gateRuleFor, type GateRule } from '../../domain/gate-rule';
import { digestOf, sha256Hex } from '../../proof/digest';
import type { PlanManifest } from '../../proof/plan-digest';
import type { Queryable } from './pool';

/** What a gate needs; `flaw` says why nothing can pass it as the tables are. */
export type FoundRule = { rule: GateRule; flaw?: string };

type Of = GateOpening & { subject: string };
type Tiers = NonNullable<PolicyPack['approvalTiers']>['value'];

/**
 * The votes an opening of a gate needs: by its id, and for a plan by what it and the plans before
 * it come to, as the policy has it under which the incident was opened.
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
  const own = await readPlan(db, of);
  const before = await readEarlier(db, of);
  if (own === 'edited' || before === 'edited') {
    return { rule: planRule(tiers, { tier: tiers.length, stands: true }) };
  }
  const { sizes, stands } = own ?? nothing;
  return { rule: planRule(tiers, { tier: tierOf(tiers, sizesTogether(sizes, before)), stands }) };
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

/**
 * What the plans come to that had passed when an opening began. One that was withdrawn before
 * anything was begun on it is none of them: its deals come again.
 */
async function readEarlier(db: Queryable, of: Of): Promise<PlanSize[][] | 'edited'> {
  const { incidentId, opening, subject } = of;
  const { rows } = await db.query<{ digest: string }>(
    `WITH entries AS (SELECT kind, seq, entry::jsonb -> 'body' AS body FROM evidence
       WHERE chain = $1 AND kind IN ('gate-opened', 'gate-passed', 'gate-withdrawn')),
     plans AS (SELECT kind, body, body ->> 'subject' AS digest FROM entries
       WHERE body ->> 'gate' = 'plan' AND seq < coalesce((SELECT min(seq) FROM entries
         WHERE kind = 'gate-opened' AND body @> jsonb_build_object('gate', 'plan', 'opening',
           $2::int)), 9223372036854775807))
     SELECT DISTINCT digest FROM plans p WHERE kind = 'gate-passed' AND digest <> $3 AND (
       NOT EXISTS (SELECT FROM plans w WHERE w.kind = 'gate-withdrawn'
         AND w.body -> 'opening' = p.body -> 'opening')
       OR EXISTS (SELECT FROM evidence WHERE chain = $1 AND kind IN ('payment-intent', 'invoice')
         AND entry::jsonb #>> '{body,digest}' = p.digest))`,
    [incidentId, opening, subject],
  );
  const sizes: PlanSize[][] = [];
  for (const { digest } of rows) {
    const plan = await readPlan(db, { ...of, subject: digest });
    if (plan === undefined || plan === 'edited') return 'edited';
    sizes.push(plan.sizes);
  }
  return sizes;
}

type PlanContent = { sizes: PlanSize[]; stands: boolean };
/** Where no plan is on file, nothing can be done under it either. */
const nothing: PlanContent = { sizes: [], stands: false };

const keptMax = 32;
/** By digest, which is of the very text: what is kept here can never be out of date. */
const kept = new Map<string, PlanContent>();

async function readPlan(
  db: Queryable,
  { incidentId, subject }: Of,
): Promise<PlanContent | 'edited' | undefined> {
  const known = kept.get(subject);
  if (known !== undefined) return known;
  const { rows } = await db.query<{ text: string }>(
    'SELECT manifest_text AS text FROM plans WHERE incident_id = $1 AND digest = $2',
    [incidentId, subject],
  );
  const [plan] = rows;
  if (plan === undefined) return undefined;
  if (sha256Hex(plan.text) !== subject) return 'edited';
  const totals = (JSON.parse(plan.text) as PlanManifest).deals.map((deal) => deal.totals);
  const content = { sizes: sizesOf(totals), stands: letsStand(totals) };
  if (kept.size >= keptMax) kept.clear();
  kept.set(subject, content);
  return content;
}
