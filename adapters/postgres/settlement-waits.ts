import type { Queryable } from './pool';

/** Somebody has to look into it: what, which role, and the question in words. */
export type PersonWanted = { id: string; role: string; question: string; deadlineAt?: string };

/** Shows on the incident that persons are wanted; one that is wanted already keeps its `since`. */
export async function wantPersons(
  tx: Queryable,
  wanted: { incidentId: string; at: string; persons: readonly PersonWanted[] },
): Promise<void> {
  const { incidentId, at, persons } = wanted;
  if (persons.length === 0) return;
  await tx.query(
    `INSERT INTO waits AS w (incident_id, waiting_for, wait_id, role, since, deadline_at, question)
     SELECT $1, 'payment', r.id, r.role, $2, r."deadlineAt", r.question
     FROM jsonb_to_recordset($3::jsonb)
       AS r (id text, role text, question text, "deadlineAt" timestamptz)
     ON CONFLICT (incident_id, waiting_for, wait_id) DO UPDATE SET role = excluded.role,
       question = excluded.question, deadline_at = excluded.deadline_at, over_at = NULL,
       since = CASE WHEN w.over_at IS NULL THEN w.since ELSE excluded.since END`,
    [incidentId, at, JSON.stringify(persons)],
  );
}

/** Ends waits that are over; those that never were are no matter. */
export async function endPaymentWaits(
  tx: Queryable,
  ended: { incidentId: string; at: string; ids: readonly string[] },
): Promise<void> {
  if (ended.ids.length === 0) return;
  await tx.query(
    `UPDATE waits SET over_at = $2 WHERE incident_id = $1 AND waiting_for = 'payment'
       AND over_at IS NULL AND wait_id = ANY ($3::text[])`,
    [ended.incidentId, ended.at, ended.ids],
  );
}

/** The wait of a payment, by what it is. */
export function paymentWaitId(row: {
  deal: string;
  investor: string;
  leg: string;
  sequence: number;
}): string {
  return `${row.deal}/${row.investor}/${row.leg}/${String(row.sequence)}`;
}
