import type { GateOpening } from '../../activities/ports/gates';
import type { Queryable } from './pool';

/**
 * What the chain says an opening came to, unless it says that this did not count; undefined while
 * it waits.
 *
 * Ensures: whoever puts the gate's row back to open gets neither a vote in nor a second verdict.
 */
export async function standingVerdict(
  db: Queryable,
  { incidentId, gateId, opening }: GateOpening,
): Promise<'passed' | 'rejected' | undefined> {
  const { rows } = await db.query<{ kind: string }>(
    `SELECT kind FROM evidence
     WHERE chain = $1 AND kind IN ('gate-passed', 'gate-rejected', 'gate-opened')
       AND entry::jsonb -> 'body' @> $2::jsonb ORDER BY seq DESC LIMIT 1`,
    [incidentId, JSON.stringify({ gate: gateId, opening })],
  );
  const [last] = rows;
  if (last?.kind === 'gate-passed') return 'passed';
  return last?.kind === 'gate-rejected' ? 'rejected' : undefined;
}
