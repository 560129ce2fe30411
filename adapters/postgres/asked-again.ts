import type { GateOpening } from '../../activities/ports/gates';
import type { Queryable } from './pool';

/** Whether somebody has signed that what this opening rejected is to be decided again. */
export async function isAskedAgain(
  db: Queryable,
  { incidentId, gateId, opening }: GateOpening,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `SELECT FROM evidence WHERE chain = $1 AND kind = 'asked-again'
       AND entry::jsonb #>> '{body,gate}' = $2 AND (entry::jsonb #>> '{body,opening}')::int = $3
     LIMIT 1`,
    [incidentId, gateId, opening],
  );
  return rowCount !== 0;
}
