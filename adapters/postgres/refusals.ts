import type { RefusalLine } from '../../activities/ports/status';
import type { Queryable } from './pool';

/** The last refusals of an incident, newest first. */
export async function readRefusals(
  db: Queryable,
  of: { incidentId: string; limit: number },
): Promise<RefusalLine[]> {
  const { rows } = await db.query<Omit<RefusalLine, 'at'> & { at: Date }>(
    `SELECT at, body ->> 'code' AS code, body ->> 'kind' AS kind, body ->> 'person' AS person,
       body ->> 'kid' AS key
     FROM (SELECT at, seq, entry::jsonb -> 'body' AS body FROM evidence
       WHERE chain = $1 AND kind = 'refusal'
       ORDER BY seq DESC LIMIT $2) AS last ORDER BY seq DESC`,
    [of.incidentId, of.limit],
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}
