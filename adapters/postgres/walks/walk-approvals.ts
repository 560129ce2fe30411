import { postgresApprovals } from '../approvals';
import type { Queryable } from '../pool';
import type { Break, Sealed } from './sealed';

/** What was done on the strength of a gate: the digest that had to be approved there. */
const done = `
  SELECT DISTINCT 'plan' AS gate, plan_digest AS subject, 'payments' AS what FROM payments
    WHERE incident_id = $1 AND state <> 'reserved'
  UNION SELECT 'plan', plan_digest, 'unit transfers' FROM unit_transfers
    WHERE incident_id = $1 AND state = 'confirmed'
  UNION SELECT 'letters/' || stage, template_digest, 'letters' FROM letters
    WHERE incident_id = $1 AND state IN ('sending', 'sent', 'unknown')
  ORDER BY 1, 2`;

/** Walks from what was done to the signed votes it stands on, counted again from their texts. */
export async function walkApprovals(db: Queryable, sealed: Sealed): Promise<Break | undefined> {
  const incidentId = sealed.chain;
  const { rows } = await db.query<{ gate: string; subject: string; what: string }>(done, [
    incidentId,
  ]);
  const approvals = postgresApprovals(db);
  for (const { gate, subject, what } of rows) {
    const standing = await approvals.standing({ incidentId, gateId: gate, subject });
    if (!standing.approved) {
      const missing = standing.missing.join('; ');
      return {
        seq: 0,
        what: `${what} went out on digest ${subject} without gate ${gate}: ${missing}`,
      };
    }
  }
  return undefined;
}
