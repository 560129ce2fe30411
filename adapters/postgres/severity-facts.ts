import { capsBroken } from '../../domain/caps';
import { formatMinor } from '../../domain/money';
import type { SeverityFacts } from '../../domain/severity';
import type { Queryable } from './pool';

/** What the incident's severity is decided from, as recorded now. */
export async function readSeverityFacts(db: Queryable, incidentId: string): Promise<SeverityFacts> {
  const { rows } = await db.query<Row>(factsSql, [incidentId]);
  const [row] = rows;
  if (row === undefined) throw new Error(`no incident ${incidentId} is on file`);
  const { amounts, ...facts } = row;
  const amount = Object.fromEntries(
    Object.entries(amounts).map(([currency, minor]) => {
      return [currency, formatMinor(BigInt(minor), currency)];
    }),
  );
  return { ...facts, amount, capsBreached: await countCapsBroken(db, incidentId) };
}

type Row = Omit<SeverityFacts, 'amount' | 'capsBreached'> & { amounts: Record<string, string> };

/** The deals with a share that is wrong on the incident's basis, signed: above zero is too much. */
export const affectedSql = `
  affected AS (SELECT * FROM (
    SELECT w.*, i.snapshot_id, w.recorded_minor - r.right_minor AS delta,
      greatest(w.recorded_minor, r.right_minor) AS position
    FROM impacts w JOIN incidents i USING (incident_id), LATERAL (SELECT CASE i.basis
      WHEN 'asRecorded' THEN w.as_recorded_minor ELSE w.as_should_have_been_minor END
      AS right_minor) AS r
    WHERE w.incident_id = $1) AS each WHERE delta <> 0)`;

/** The latest of each fact given about a deal, an investor or the incident itself. */
export const givenSql = `
  given AS (SELECT subject_kind, subject_id, jsonb_object_agg(name, value ORDER BY fact_id) AS facts
    FROM facts WHERE incident_id = $1 GROUP BY subject_kind, subject_id)`;

/** The newest answers of each team. */
export const answersSql = `
  latest AS (SELECT DISTINCT ON (team) team, body FROM answers
    WHERE incident_id = $1 ORDER BY team, answer_id DESC)`;

const factsSql = `
  WITH ${affectedSql}, ${givenSql}, ${answersSql},
  sums AS (SELECT currency, sum(abs(delta))::text AS minor FROM affected GROUP BY currency),
  firm AS (SELECT coalesce((SELECT facts FROM given WHERE subject_kind = 'incident'), '{}')
    AS facts)
  SELECT EXISTS (SELECT FROM latest WHERE body -> 'serviceDown' = 'true')
      OR coalesce(firm.facts ->> 'service_down' = 'yes', false) AS "serviceDown",
    NOT EXISTS (SELECT FROM holds h WHERE h.incident_id = i.incident_id AND h.kind = 'service'
        AND h.state IN ('held', 'lifting', 'lifted'))
      OR EXISTS (SELECT FROM holds h WHERE h.incident_id = i.incident_id AND h.state = 'lapsed')
      OR coalesce(firm.facts ->> 'money_moving' = 'yes', false) AS "moneyStillMoving",
    NOT EXISTS (SELECT FROM scans s WHERE s.incident_id = i.incident_id) AS "figuresUnknown",
    (SELECT coalesce(jsonb_object_agg(currency, minor), '{}') FROM sums) AS amounts,
    (SELECT coalesce(max(round(abs(delta) / position::numeric, 4)), 0)::text FROM affected)
      AS "ofPosition",
    (SELECT count(DISTINCT investor_id)::int FROM affected WHERE delta > 0) AS over,
    (SELECT count(DISTINCT investor_id)::int FROM affected WHERE delta < 0) AS under,
    (SELECT count(DISTINCT a.investor_id)::int FROM affected a JOIN investors v
        USING (snapshot_id, investor_id) LEFT JOIN given g
        ON g.subject_kind = 'investor' AND g.subject_id = a.investor_id
      WHERE coalesce(g.facts ->> 'class', v.facts ->> 'class') = 'retail') AS retail,
    CASE WHEN EXISTS (SELECT FROM scans s WHERE s.incident_id = i.incident_id)
      THEN (SELECT count(DISTINCT deal_id)::int FROM affected)
      ELSE cardinality(i.reported_deals) END AS deals,
    (SELECT coalesce(max(i.opened_at::date - d.closed_on), 0) FROM affected a
      JOIN deals d USING (snapshot_id, deal_id)) AS "ageDays",
    (SELECT coalesce(sum(lapsed_count), 0)::int FROM holds h
      WHERE h.incident_id = i.incident_id) AS "freezeLapses"
  FROM incidents i, firm WHERE i.incident_id = $1`;

type CapRow = { currency: string; largest: string | null; overRequests: number } & {
  facts: Record<string, string | undefined>;
};

const capsSql = `
  WITH ${affectedSql}, ${givenSql}
  SELECT d.currency, d.facts || coalesce(g.facts, '{}') AS facts, sum(f.n)::int AS "overRequests",
    (SELECT max(allocated_minor)::text FROM commitments c
      WHERE c.snapshot_id = d.snapshot_id AND c.deal_id = d.deal_id) AS largest
  FROM (SELECT DISTINCT snapshot_id, deal_id FROM affected) AS a
    JOIN deals d USING (snapshot_id, deal_id)
    LEFT JOIN given g ON g.subject_kind = 'deal' AND g.subject_id = d.deal_id,
    LATERAL (SELECT count(*) AS n FROM impacts f WHERE f.incident_id = $1
      AND f.deal_id = d.deal_id AND f.finding = 'over-request') AS f
  WHERE f.n > 0 OR d.facts || coalesce(g.facts, '{}')
    ?| ARRAY['holders', 'non_accredited', 'max_per_investor']
  GROUP BY d.snapshot_id, d.deal_id, d.currency, d.facts, g.facts`;

async function countCapsBroken(db: Queryable, incidentId: string): Promise<number> {
  const { rows } = await db.query<CapRow>(capsSql, [incidentId]);
  const broken = rows.map(({ largest, ...deal }) => {
    return capsBroken({ ...deal, largestMinor: BigInt(largest ?? 0) });
  });
  return broken.reduce((sum, count) => sum + count, 0);
}
