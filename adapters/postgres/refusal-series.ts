import type { Pool } from 'pg';
import type { RefusalAlarms, RefusalSeries } from '../../activities/ports/refusal-alarms';
import type { Queryable } from './pool';
import { literal } from './trips';

/** A key that no person has; anybody can make as many of them as they like, so they are one. */
const unknown = 'unknown';
/** After so long without any, refusals of unknown keys begin another series. */
const unknownEndsAfter = '24 hours';

/**
 * Counts refusals of a key: one more in its series, or the first of a new one.
 *
 * Order: before the evidence of the refusal, like every row that others wait for.
 */
export async function noteRefusals(
  tx: Queryable,
  refused: { kid: string; chain: string; at: string; code: string; count?: number },
): Promise<void> {
  const { kid, chain, at, code, count = 1 } = refused;
  const { rows } = await tx.query<{ person: string }>(
    'SELECT person_id AS person FROM person_keys WHERE kid = $1',
    [kid],
  );
  const person = rows[0]?.person ?? null;
  const key = person === null ? unknown : kid;
  await tx.query(
    `UPDATE refusal_series SET ended_at = last_at WHERE key = $1 AND key = '${unknown}'
       AND ended_at IS NULL AND last_at < $2::timestamptz - interval '${unknownEndsAfter}'`,
    [key, at],
  );
  await tx.query(
    `INSERT INTO refusal_series AS s
       (key, number, person_id, chain, refusals, since, last_at, last_code)
     SELECT $1, 1 + coalesce(max(number), 0), $2, $3, $4, $5, $5, $6
     FROM refusal_series WHERE key = $1
     ON CONFLICT (key) WHERE ended_at IS NULL DO UPDATE
       SET refusals = s.refusals + excluded.refusals, chain = excluded.chain,
         last_at = excluded.last_at, last_code = excluded.last_code`,
    [key, person, chain, count, at, code],
  );
}

/** The statement by which an accepted command ends its key's series, for a trip with others. */
export const endingSeries = ({ kid, at }: { kid: string; at: string }): string =>
  `UPDATE refusal_series SET ended_at = ${literal(at)}
   WHERE key = ${literal(kid)} AND ended_at IS NULL`;

const alarmAt = 3;

/** The series of refusals that somebody has to hear of, in Postgres. */
export function postgresRefusalAlarms(pool: Pool): RefusalAlarms {
  return {
    async due() {
      const { rows } = await pool.query<Omit<RefusalSeries, 'since'> & { since: Date }>(
        `SELECT key, number, person_id AS person, chain, refusals, since, last_code AS "lastCode"
         FROM refusal_series WHERE refusals >= $1 AND told_at IS NULL ORDER BY since, key`,
        [alarmAt],
      );
      return rows.map((row) => ({ ...row, since: row.since.toISOString() }));
    },
    async told({ key, number, at }) {
      await pool.query(
        `UPDATE refusal_series SET told_at = $3
         WHERE key = $1 AND number = $2 AND told_at IS NULL`,
        [key, number, at],
      );
    },
  };
}
