import { digestOf } from '../../../proof/digest';
import type { Queryable } from '../pool';
import type { Break, Sealed } from './sealed';

/** Walks from the policy an incident runs under to the entry of its opening, which names it. */
export async function walkPolicy(db: Queryable, { chain }: Sealed): Promise<Break | undefined> {
  const { rows } = await db.query<{ seq: number; bound: string; pack: unknown }>(
    `SELECT seq::int, entry::jsonb #>> '{body,packDigest}' AS bound, pack_snapshot AS pack
     FROM evidence JOIN incidents ON incident_id = chain
     WHERE chain = $1 AND kind = 'opened' ORDER BY seq LIMIT 1`,
    [chain],
  );
  const [row] = rows;
  if (row === undefined || digestOf(row.pack) === row.bound) return undefined;
  return { seq: row.seq, what: `the policy of ${chain} is another than this entry names` };
}
