import { pagesOf } from './pages';
import type { Queryable } from './pool';

/** An entry with the columns that repeat parts of its text for queries. */
export type EvidenceRow = {
  seq: number;
  at: Date;
  actor: string;
  kind: string;
  entry: string;
  prevHash: string;
  hash: string;
};

const sql = `
  SELECT seq::integer, at, actor, kind, entry, prev_hash AS "prevHash", hash FROM evidence
  WHERE chain = $3 AND seq > coalesce($1::bigint, $4::bigint) ORDER BY evidence.seq LIMIT $2`;

/** The stored entries of a chain in order, a page at a time. */
export function evidenceRows(
  db: Queryable,
  { chain, after = 0 }: { chain: string; after?: number },
): AsyncIterable<EvidenceRow> {
  return pagesOf<EvidenceRow>(db, { sql, values: [chain, after], keyOf: ({ seq }) => seq });
}

/** Whether there is an incident of this id, or a chain left of one. */
export async function isChain(db: Queryable, chain: string): Promise<boolean> {
  const { rows } = await db.query<{ known: boolean }>(
    `SELECT $1 = 'registry' OR EXISTS (SELECT FROM incidents WHERE incident_id = $1)
       OR EXISTS (SELECT FROM evidence WHERE chain = $1) AS known`,
    [chain],
  );
  return rows[0]?.known === true;
}
