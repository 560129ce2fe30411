import type { Queryable } from './pool';

const role = 'customer-success';
const waitId = (stage: string, investor: string) => `letters/${stage}/${investor}`;

/** Shows that customer success has to look into letters; who is wanted already stays so. */
export async function wantLetterPersons(
  tx: Queryable,
  given: {
    incidentId: string;
    stage: string;
    at: string;
    persons: readonly { investor: string; question: string }[];
  },
): Promise<void> {
  for (const { investor, question } of given.persons) {
    await tx.query(
      `INSERT INTO waits (incident_id, waiting_for, wait_id, role, since, question)
       VALUES ($1, 'person', $2, $3, $4, $5)
       ON CONFLICT (incident_id, waiting_for, wait_id) DO UPDATE SET question = excluded.question,
         over_at = NULL`,
      [given.incidentId, waitId(given.stage, investor), role, given.at, question],
    );
  }
}

/** Letters that left need nobody any more. */
export async function endLetterWaits(
  tx: Queryable,
  given: { incidentId: string; stage: string; at: string; investors: readonly string[] },
): Promise<void> {
  if (given.investors.length === 0) return;
  await tx.query(
    `UPDATE waits SET over_at = $2 WHERE incident_id = $1 AND waiting_for = 'person'
       AND over_at IS NULL AND wait_id = ANY ($3::text[])`,
    [given.incidentId, given.at, given.investors.map((investor) => waitId(given.stage, investor))],
  );
}
