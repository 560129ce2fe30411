import type { Queryable } from './pool';

/** Somebody who is waited for: by what it is about, which role, and the question in words. */
export type Wanted = { id: string; role: string; question: string; deadlineAt?: string };

type Kind = { incidentId: string; waitingFor: string; at: string };

/**
 * Shows who is waited for.
 *
 * Ensures: who is waited for already keeps the `since`; a wait that was over begins anew.
 */
export async function want(
  tx: Queryable,
  { incidentId, waitingFor, at, wanted }: Kind & { wanted: readonly Wanted[] },
): Promise<void> {
  if (wanted.length === 0) return;
  await tx.query(
    `INSERT INTO waits AS w (incident_id, waiting_for, wait_id, role, since, deadline_at, question)
     SELECT $1, $2, r.id, r.role, $3, r."deadlineAt", r.question
     FROM jsonb_to_recordset($4::jsonb)
       AS r (id text, role text, question text, "deadlineAt" timestamptz)
     ON CONFLICT (incident_id, waiting_for, wait_id) DO UPDATE SET role = excluded.role,
       question = excluded.question, deadline_at = excluded.deadline_at, over_at = NULL,
       since = CASE WHEN w.over_at IS NULL THEN w.since ELSE excluded.since END`,
    [incidentId, waitingFor, at, JSON.stringify(wanted)],
  );
}

/** Ends waits that are there and not over yet: those of `ids`, or without it all of the kind. */
export async function endWaits(
  tx: Queryable,
  { incidentId, waitingFor, at, ids }: Kind & { ids?: readonly string[] },
): Promise<void> {
  if (ids?.length === 0) return;
  await tx.query(
    `UPDATE waits SET over_at = $3 WHERE incident_id = $1 AND waiting_for = $2
       AND over_at IS NULL AND ($4::text[] IS NULL OR wait_id = ANY ($4))`,
    [incidentId, waitingFor, at, ids ?? null],
  );
}
