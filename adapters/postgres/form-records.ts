import type { Found, Records, Said } from '../../domain/contradictions';
import { known } from '../../domain/form-answers';
import type { Queryable } from './pool';

type Named = { deals: string[]; investors: string[] };

/** What the answers of an incident are held against; of the rows only those that answers name. */
export async function readRecords(
  db: Queryable,
  { incidentId, said }: { incidentId: string; said: readonly Said[] },
): Promise<Records> {
  const { rows } = await db.query<{ firstKnownOn: string[] }>(
    `SELECT CASE WHEN first_known_at IS NULL THEN '{}' ELSE ARRAY[
         utc::date::text, (utc - interval '12 hours')::date::text,
         (utc + interval '14 hours')::date::text] END AS "firstKnownOn"
     FROM incidents, LATERAL (SELECT first_known_at AT TIME ZONE 'UTC' AS utc) AS known
     WHERE incident_id = $1`,
    [incidentId],
  );
  return {
    firstKnownOn: rows[0]?.firstKnownOn ?? [],
    found: await readFound(db, { incidentId, named: namedIn(said) }),
  };
}

function namedIn(said: readonly Said[]): Named {
  const deals = said.flatMap(({ claims }) => {
    const claim = known(claims.deals) ?? [];
    return 'count' in claim ? [] : [...claim];
  });
  const complaints = said.flatMap(({ claims }) => known(claims.complaints) ?? []);
  return { deals, investors: complaints.map(({ investor }) => investor) };
}

type FoundRow = Omit<Found, 'firstDeals' | 'wrongDeals' | 'dealsOnFile' | 'peopleOnFile'> & {
  firstDeals: string[] | null;
  wrongDeals: string[] | null;
  dealsOnFile: string[] | null;
  peopleOnFile: string[] | null;
};

async function readFound(
  db: Queryable,
  { incidentId, named }: { incidentId: string; named: Named },
): Promise<Found | null> {
  const { rows } = await db.query<FoundRow>(foundSql, [incidentId, named.deals, named.investors]);
  const [row] = rows;
  if (row === undefined) return null;
  const { firstDeals, wrongDeals, dealsOnFile, peopleOnFile, ...found } = row;
  return {
    ...found,
    firstDeals: firstDeals ?? [],
    wrongDeals: new Set(wrongDeals),
    dealsOnFile: new Set(dealsOnFile),
    peopleOnFile: new Set(peopleOnFile),
  };
}

/** $2 are the deals that answers name, $3 the people; wrong is what the incident's basis says. */
const foundSql = `
  WITH wrong AS MATERIALIZED (
    SELECT w.deal_id, w.investor_id FROM impacts w JOIN incidents i USING (incident_id)
    WHERE w.incident_id = $1 AND w.recorded_minor <> CASE i.basis
      WHEN 'asRecorded' THEN w.as_recorded_minor ELSE w.as_should_have_been_minor END
  ), wrong_deals AS MATERIALIZED (SELECT DISTINCT deal_id FROM wrong)
  SELECT i.basis, coalesce(s.summary -> 'diagnosis', '[]') AS versions,
    (SELECT count(*)::int FROM wrong_deals) AS "dealsAffected",
    (SELECT count(DISTINCT investor_id)::int FROM wrong) AS "peopleAffected",
    (SELECT array_agg(deal_id ORDER BY closed_on, deal_id) FROM (
      SELECT w.deal_id, d.closed_on FROM wrong_deals w
      LEFT JOIN deals d ON d.snapshot_id = s.snapshot_id AND d.deal_id = w.deal_id
      ORDER BY d.closed_on, w.deal_id LIMIT 5) AS first) AS "firstDeals",
    (SELECT array_agg(deal_id) FROM wrong_deals WHERE deal_id = ANY ($2)) AS "wrongDeals",
    (SELECT array_agg(deal_id) FROM deals d WHERE d.snapshot_id = s.snapshot_id
      AND d.deal_id = ANY ($2)) AS "dealsOnFile",
    (SELECT coalesce(jsonb_agg(jsonb_build_object('investor', investor_id, 'deal', deal_id)
        ORDER BY investor_id, deal_id), '[]') FROM wrong
      WHERE investor_id = ANY ($3)) AS "wrongShares",
    (SELECT array_agg(investor_id) FROM investors p WHERE p.snapshot_id = s.snapshot_id
      AND p.investor_id = ANY ($3)) AS "peopleOnFile"
  FROM scans s JOIN incidents i USING (incident_id) WHERE s.incident_id = $1`;
