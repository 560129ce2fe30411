import type { Pool } from 'pg';
import type { Severities, SeveritySources } from '../../activities/ports/severities';
import { policyPack } from '../../contracts/pack';
import { formatMinor } from '../../domain/money';
import { isSeverity, raisedSeverity, type Severity } from '../../domain/severity';
import { appendEvidence } from './evidence';
import { inTransaction, type Queryable } from './pool';

/** The severities in Postgres, beside the incident they belong to. */
export function postgresSeverities(pool: Pool): Severities {
  return {
    sources: (of) => readSources(pool, of),
    record: (given) => inTransaction(pool, (tx) => recordSeverity(tx, given)),
  };
}

type Row = {
  pack: unknown;
  severity: string | null;
  reportedDeals: number;
  people: number;
  ageDays: number;
  moneyStillMoving: boolean;
  serviceDown: boolean;
  snapshotKnown: boolean;
  amounts: Record<string, string>;
};

/** Wrong shares on the incident's basis, and whether the freeze stands, as recorded now. */
const factsSql = `
  WITH wrong AS (
    SELECT w.deal_id, w.investor_id, w.currency, abs(w.recorded_minor -
      CASE WHEN i.basis = 'asRecorded' THEN w.as_recorded_minor
        ELSE w.as_should_have_been_minor END) AS off
    FROM impacts w JOIN incidents i USING (incident_id) WHERE w.incident_id = $1),
  affected AS (SELECT * FROM wrong WHERE off <> 0),
  sums AS (SELECT currency, sum(off)::text AS off FROM affected GROUP BY currency)
  SELECT i.pack_snapshot AS pack, i.severity,
    coalesce(cardinality(i.reported_deals), 0) AS "reportedDeals",
    (SELECT count(DISTINCT investor_id)::int FROM affected) AS people,
    (SELECT coalesce(max($2::timestamptz::date - d.closed_on), 0) FROM affected a
      JOIN deals d ON d.snapshot_id = i.snapshot_id AND d.deal_id = a.deal_id) AS "ageDays",
    NOT EXISTS (SELECT FROM holds h WHERE h.incident_id = i.incident_id AND h.kind = 'service'
      AND h.state IN ('held', 'lifted')) AS "moneyStillMoving",
    EXISTS (SELECT FROM answers n WHERE n.incident_id = i.incident_id
      AND n.body -> 'serviceDown' = 'true') AS "serviceDown",
    EXISTS (SELECT FROM scans s WHERE s.incident_id = i.incident_id) AS "snapshotKnown",
    (SELECT coalesce(jsonb_object_agg(currency, off), '{}') FROM sums) AS amounts
  FROM incidents i WHERE i.incident_id = $1`;

async function readSources(
  db: Queryable,
  { incidentId, at }: { incidentId: string; at: string },
): Promise<SeveritySources | null> {
  const { rows } = await db.query<Row>(factsSql, [incidentId, at]);
  const [row] = rows;
  if (row === undefined) return null;
  const { pack, severity, amounts, ...facts } = row;
  const amount = Object.fromEntries(
    Object.entries(amounts).map(([currency, minor]) => {
      return [currency, formatMinor(BigInt(minor), currency)];
    }),
  );
  return {
    pack: policyPack.parse(pack),
    standing: asSeverity(severity),
    facts: { ...facts, amount },
  };
}

async function recordSeverity(
  tx: Queryable,
  given: Parameters<Severities['record']>[0],
): Promise<{ severity: Severity; rose: boolean }> {
  const { incidentId, at, phase, decision } = given;
  const { rows } = await tx.query<{ severity: string | null; reasons: unknown }>(
    `SELECT severity, severity_reasons = $2::jsonb AS reasons FROM incidents
     WHERE incident_id = $1 FOR UPDATE`,
    [incidentId, JSON.stringify(decision.reasons)],
  );
  const standing = asSeverity(rows[0]?.severity ?? null);
  const severity = raisedSeverity(standing, decision.severity);
  if (standing === severity && rows[0]?.reasons === true) return { severity, rose: false };
  await tx.query(
    'UPDATE incidents SET severity = $2, severity_reasons = $3 WHERE incident_id = $1',
    [incidentId, severity, JSON.stringify(decision.reasons)],
  );
  const rose = standing !== severity;
  const { reasons, severity: computed } = decision;
  const body = { phase, severity, computed, decidedBy: 'rule', before: standing, reasons };
  await appendEvidence(tx, { chain: incidentId, at, actor: 'makewhole', kind: 'severity', body });
  return { severity, rose };
}

function asSeverity(text: string | null): Severity | null {
  return text !== null && isSeverity(text) ? text : null;
}
