import type { GateName } from '../../activities/ports/gates';
import { isMissingReceipt, rolesOfMissing } from '../../domain/gate-tally';
import type { Queryable } from './pool';

const dossierReceipt = 'dossier';

/**
 * Shows who a gate waits for; a missing receipt is a wait of its own, since it is no vote.
 *
 * Ensures: `since` stays as it was while the gate goes on waiting for the same opening.
 */
export async function showGateWait(
  tx: Queryable,
  of: GateName & {
    since: Date;
    next: string | undefined;
    deadline: Date;
    missing: readonly string[];
  },
): Promise<void> {
  const seats = of.missing.filter((item) => !isMissingReceipt(item));
  await tx.query(
    `INSERT INTO waits (incident_id, waiting_for, wait_id, role, since, next_reminder_at,
       deadline_at)
     VALUES ($1, 'gate', $2, $3, $4, $5, $6)
     ON CONFLICT (incident_id, waiting_for, wait_id) DO UPDATE SET role = excluded.role,
       since = excluded.since, next_reminder_at = excluded.next_reminder_at,
       deadline_at = excluded.deadline_at, over_at = NULL`,
    [of.incidentId, of.gateId, seats.join(', '), of.since, of.next, of.deadline],
  );
  const receipt = of.missing.find(isMissingReceipt);
  if (receipt === undefined) return;
  await tx.query(
    `INSERT INTO waits (incident_id, waiting_for, wait_id, role, since, question)
     VALUES ($1, 'receipt', $2, $3, $4, 'Have you received the dossier?')
     ON CONFLICT (incident_id, waiting_for, wait_id) DO NOTHING`,
    [of.incidentId, dossierReceipt, rolesOfMissing(receipt).join(' or '), of.since],
  );
}
