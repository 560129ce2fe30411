import type { Halt } from '../../activities/ports/runs';
import type { Queryable } from './pool';
import { Refused } from './refused';

type Row = { kind: string; by: string; at: Date; reason: string | null };

/**
 * Who has halted an incident, or null while it goes on.
 *
 * Method: the last word counts, as it stands in evidence, which nobody can take away: a halt, or
 * the resumption after it. The reason is read from the signed command itself.
 */
export async function haltOf(db: Queryable, incidentId: string): Promise<Halt | null> {
  const { rows } = await db.query<Row>(
    `SELECT e.kind, e.actor AS by, e.at, c.answer #>> '{result,reason}' AS reason
     FROM evidence e LEFT JOIN commands c ON c.jti = e.entry::jsonb #>> '{body,jti}'
     WHERE e.chain = $1 AND e.kind IN ('halted', 'resumed') ORDER BY e.seq DESC LIMIT 1`,
    [incidentId],
  );
  const [last] = rows;
  if (last?.kind !== 'halted') return null;
  return { by: last.by, at: last.at.toISOString(), reason: last.reason ?? '' };
}

/**
 * Lets nobody begin anything on an incident that was halted.
 *
 * @throws HALTED (fault) until it is resumed; what asks tries again by itself.
 */
export async function refuseHalted(db: Queryable, incidentId: string): Promise<void> {
  const halt = await haltOf(db, incidentId);
  if (halt !== null) throw new Refused('HALTED', haltedBy(incidentId, halt));
}

function haltedBy(incidentId: string, { by, at }: Halt): string {
  return `${by} halted ${incidentId} at ${at}: nothing begins before incident resume`;
}
