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

type FoundRow = Omit<Found, 'wrongDeals' | 'dealsOnFile' | 'peopleOnFile'> & {
  wrongDeals: string[];
  dealsOnFile: string[];
  peopleOnFile: string[];
};

async function readFound(
  db: Queryable,
  { incidentId, named }: { incidentId: string; named: Named },
): Promise<Found | null> {
  const { rows } = await db.query<FoundRow>(foundSql, [incidentId, named.deals, named.investors]);
  const [row] = rows;
  if (row === undefined) return null;
  const { wrongDeals, dealsOnFile, peopleOnFile, ...found } = row;
  return {
    ...found,
    wrongDeals: new Set(wrongDeals),
    dealsOnFile: new Set(dealsOnFile),
    peopleOnFile: new Set(peopleOnFile),
  };
}

/**
 * $2 are the deals that answers name, $3 the people. Counts are the scan's own: with a million
 * wrong shares nobody waits for `incident status` until they are counted again.
 */
const foundSql = `
  WITH wrong AS NOT MATERIALIZED (
    SELECT w.deal_id, w.investor_id FROM impacts w JOIN incidents i USING (incident_id)
    WHERE w.incident_id = $1 AND w.recorded_minor <> CASE i.basis
      WHEN 'asRecorded' THEN w.as_recorded_minor ELSE w.as_should_have_been_minor END
  )
  SELECT i.basis, s.summary -> 'diagnosis' AS versions,
    (s.summary #>> ARRAY['deals', 'affected', i.basis])::int AS "dealsAffected",
    (s.summary #>> ARRAY['investors', 'affected', i.basis])::int AS "peopleAffected",
    ARRAY(SELECT d.deal_id FROM deals d WHERE d.snapshot_id = s.snapshot_id
      AND EXISTS (SELECT FROM wrong w WHERE w.deal_id = d.deal_id)
      ORDER BY d.closed_on, d.deal_id LIMIT 5) AS "firstDeals",
    ARRAY(SELECT DISTINCT deal_id FROM wrong WHERE deal_id = ANY ($2)) AS "wrongDeals",
    ARRAY(SELECT deal_id FROM deals d WHERE d.snapshot_id = s.snapshot_id
      AND d.deal_id = ANY ($2)) AS "dealsOnFile",
    (SELECT coalesce(jsonb_agg(jsonb_build_object('investor', investor_id, 'deal', deal_id)
        ORDER BY investor_id, deal_id), '[]') FROM wrong
      WHERE investor_id = ANY ($3)) AS "wrongShares",
    ARRAY(SELECT investor_id FROM investors p WHERE p.snapshot_id = s.snapshot_id
      AND p.investor_id = ANY ($3)) AS "peopleOnFile"
  FROM scans s JOIN incidents i USING (incident_id) WHERE s.incident_id = $1`;
