import type { OpenDeal, PlanSources } from '../../activities/ports/plans';
import { policyPack } from '../../contracts/pack';
import { parseCivil } from '../../domain/calendar';
import type { Basis } from '../../domain/plan';
import type { Holder } from '../../domain/remedy';
import {
  readDealFacts,
  readInvestorFacts,
  type FactText,
  type FactTexts,
} from '../../domain/remedy-facts';
import type { PlanManifest } from '../../proof/plan-digest';
import type { Queryable } from './pool';

type Imported = Record<string, string>;
type Head = {
  pack: unknown;
  openedAt: Date;
  basis: Basis;
  snapshotId: string;
  impactDigest: string;
};

/**
 * Reads what a plan is drafted from: differences, facts, redrafts, and what is approved already;
 * the version `besides` counts as not approved.
 *
 * Order: deals and holders by code point.
 */
export async function readPlanSources(
  db: Queryable,
  { incidentId, besides = 0 }: { incidentId: string; besides?: number | undefined },
): Promise<PlanSources | null> {
  const { rows } = await db.query<Head>(
    `SELECT i.pack_snapshot AS pack, i.opened_at AS "openedAt", i.basis,
       s.snapshot_id AS "snapshotId", s.impact_digest AS "impactDigest"
     FROM incidents i JOIN scans s USING (incident_id) WHERE i.incident_id = $1`,
    [incidentId],
  );
  const [head] = rows;
  if (head === undefined) return null;
  const { basis, impactDigest } = head;
  return {
    pack: policyPack.parse(head.pack),
    openedAt: head.openedAt.toISOString(),
    basis,
    impactDigest,
    deals: await openDeals(db, { incidentId, besides, ...head }),
    latest: await latestVersion(db, incidentId),
  };
}

const deltaOnBasis = `recorded_minor -
  CASE WHEN $2 = 'asRecorded' THEN as_recorded_minor ELSE as_should_have_been_minor END`;

/** Plan versions, or single deals of them, that a gate has passed. */
const approvedDeals = `
  SELECT p.version, d ->> 'deal' AS deal_id, d ->> 'remedy' AS remedy
  FROM plans p, jsonb_path_query(p.manifest, '$.deals[*]') AS d
  WHERE p.incident_id = $1 AND p.version <> $4 AND EXISTS (
    SELECT FROM gates g WHERE g.incident_id = p.incident_id AND g.state = 'passed'
      AND (g.gate_id, g.subject) IN
        (('plan', p.digest), ('plan/' || (d ->> 'deal'), (d ->> 'dealDigest')::char(64))))`;

type DealRow = {
  deal: string;
  currency: string;
  closedOn: string;
  imported: Imported;
  imbalance: string;
  held: boolean;
  begunAs: string | null;
  remedy: string | null;
  reason: string | null;
};

const dealsSql = `
  WITH wrong AS (
    SELECT deal_id, sum(${deltaOnBasis}) AS imbalance, bool_or(${deltaOnBasis} <> 0) AS affected
    FROM impacts WHERE incident_id = $1 GROUP BY deal_id)
  SELECT w.deal_id AS deal, d.currency, d.closed_on AS "closedOn", d.facts AS imported,
    w.imbalance::text AS imbalance, h.deal_id IS NOT NULL AS held, a.remedy AS "begunAs",
    r.remedy, r.reason
  FROM wrong w JOIN deals d ON d.snapshot_id = $3 AND d.deal_id = w.deal_id
  LEFT JOIN holds h ON h.incident_id = $1 AND h.kind = 'deal' AND h.deal_id = w.deal_id
    AND h.state = 'held'
  LEFT JOIN LATERAL (SELECT remedy FROM (${approvedDeals}) approved
    WHERE deal_id = w.deal_id ORDER BY version LIMIT 1) a ON true
  LEFT JOIN LATERAL (SELECT remedy, reason FROM redrafts
    WHERE incident_id = $1 AND deal_id = w.deal_id ORDER BY redraft_id DESC LIMIT 1) r ON true
  WHERE w.affected ORDER BY w.deal_id`;

type HolderRow = {
  deal: string;
  investor: string;
  recorded: string;
  delta: string;
  imported: Imported;
  detailsOnFile: boolean;
};

/** Rows with an approved line are on their way; what is left still needs one. */
const holdersSql = `
  WITH approved AS (${approvedDeals}),
  settled AS (
    SELECT DISTINCT l.deal_id, l.investor_id FROM plan_lines l
    JOIN approved a USING (version, deal_id) WHERE l.incident_id = $1)
  SELECT w.deal_id AS deal, w.investor_id AS investor, w.recorded_minor AS recorded,
    ${deltaOnBasis} AS delta, i.facts AS imported, p.investor_id IS NOT NULL AS "detailsOnFile"
  FROM impacts w JOIN investors i ON i.snapshot_id = $3 AND i.investor_id = w.investor_id
  LEFT JOIN payment_details p ON p.snapshot_id = $3 AND p.investor_id = w.investor_id
  WHERE w.incident_id = $1 AND ${deltaOnBasis} <> 0 AND NOT EXISTS (
    SELECT FROM settled s WHERE s.deal_id = w.deal_id AND s.investor_id = w.investor_id)
  ORDER BY w.deal_id, w.investor_id`;

async function openDeals(
  db: Queryable,
  of: Head & { incidentId: string; besides: number },
): Promise<OpenDeal[]> {
  const values = [of.incidentId, of.basis, of.snapshotId, of.besides];
  const { rows: deals } = await db.query<DealRow>(dealsSql, values);
  const { rows: holders } = await db.query<HolderRow>(holdersSql, values);
  const given = await givenFacts(db, of.incidentId);
  const holdersOf = new Map<string, Holder[]>();
  for (const row of holders) {
    const holder = holderOf(row, given.get(`investor/${row.investor}`));
    const same = holdersOf.get(row.deal);
    if (same === undefined) holdersOf.set(row.deal, [holder]);
    else same.push(holder);
  }
  return deals.flatMap((row) => {
    const wrong = holdersOf.get(row.deal);
    const facts = overlaid(row.imported, given.get(`deal/${row.deal}`));
    return wrong === undefined ? [] : [dealOf(row, { facts, holders: wrong })];
  });
}

function dealOf(row: DealRow, given: { facts: FactTexts; holders: Holder[] }): OpenDeal {
  const { deal, currency, held, begunAs, remedy, reason } = row;
  const corrected = given.facts.get('closed_on')?.text ?? '';
  return {
    deal,
    currency,
    closedOn: parseCivil(corrected) === undefined ? row.closedOn : corrected,
    held,
    facts: readDealFacts(given.facts),
    holders: given.holders,
    imbalance: BigInt(row.imbalance),
    ...(begunAs === null ? {} : { begunAs: begunAs as NonNullable<OpenDeal['begunAs']> }),
    ...(remedy === null || reason === null ? {} : { redraft: { remedy, reason } }),
  };
}

function holderOf(row: HolderRow, given: FactTexts | undefined): Holder {
  const { investor, detailsOnFile } = row;
  const facts = readInvestorFacts(overlaid(row.imported, given));
  return {
    investor,
    recorded: BigInt(row.recorded),
    delta: BigInt(row.delta),
    facts,
    detailsOnFile,
  };
}

/** Legal's acceptance is a decision by name: no import can bring it along. */
const neverImported = new Set(['mark_accepted', 'firm_pays_difference']);

function overlaid(imported: Imported, given: FactTexts = new Map()): FactTexts {
  const known = Object.entries(imported).filter(([name]) => !neverImported.has(name));
  const texts = known.map(([name, text]) => [name, { text, source: 'import' }] as const);
  return new Map([...texts, ...given]);
}

/**
 * SQL: whether legal, as evidence has it, accepts the firm's mark as it is: an acceptance is of one
 * mark, and over once another is given.
 */
const acceptsMark = `EXISTS (SELECT FROM evidence e
    WHERE e.chain = f.incident_id AND e.kind = 'fact' AND e.entry::jsonb @> jsonb_build_object(
      'body', jsonb_build_object('jti', f.jti, 'roles', '["legal"]'::jsonb)))
  AND NOT EXISTS (SELECT FROM facts m WHERE m.incident_id = f.incident_id
    AND m.subject_kind = f.subject_kind AND m.subject_id = f.subject_id
    AND m.name = ANY ('{mark,mark_on,mark_source}') AND m.fact_id > f.fact_id)`;

/** The latest of each fact given; whether legal accepts the firm's mark, only legal can say. */
async function givenFacts(
  db: Queryable,
  incidentId: string,
): Promise<Map<string, Map<string, FactText>>> {
  const { rows } = await db.query<{ subject: string; name: string; text: string; source: string }>(
    `SELECT DISTINCT ON (f.subject_kind, f.subject_id, f.name)
       f.subject_kind || '/' || f.subject_id AS subject, f.name, f.value AS text,
       f.source || ', given by ' || f.person_id AS source
     FROM facts f WHERE f.incident_id = $1 AND (f.name <> 'mark_accepted' OR (${acceptsMark}))
     ORDER BY f.subject_kind, f.subject_id, f.name, f.fact_id DESC`,
    [incidentId],
  );
  const facts = new Map<string, Map<string, FactText>>();
  for (const { subject, name, text, source } of rows) {
    const same = facts.get(subject) ?? new Map<string, FactText>();
    facts.set(subject, same.set(name, { text, source }));
  }
  return facts;
}

async function latestVersion(db: Queryable, incidentId: string): Promise<PlanSources['latest']> {
  const { rows } = await db.query<{
    version: number;
    digest: string;
    manifest: PlanManifest;
    approved: boolean;
  }>(
    `SELECT version, digest, manifest, EXISTS (
       SELECT FROM gates g WHERE g.incident_id = p.incident_id AND g.gate_id = 'plan'
         AND g.subject = p.digest AND g.state = 'passed') AS approved
     FROM plans p WHERE incident_id = $1 ORDER BY version DESC LIMIT 1`,
    [incidentId],
  );
  return rows[0] ?? null;
}
