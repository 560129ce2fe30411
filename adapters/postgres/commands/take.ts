import { endWaits } from '../waits';
import type { Look } from './verified-command';

/** "I have it": stops the paging. Another person may take it over; the first time stays on file. */
export const lookAtTake: Look = async (tx, { incidentId, person, at }) => {
  const { rows } = await tx.query<{ by: string | null }>(
    'SELECT taken_by AS by FROM incidents WHERE incident_id = $1',
    [incidentId],
  );
  const before = rows[0]?.by ?? null;
  if (before === person.id) {
    const message = `${person.id} has ${incidentId} already`;
    return { facts: { found: { code: 'ALREADY_DONE', message } } };
  }
  const from = before === null ? {} : { from: before };
  return {
    facts: {},
    effect: {
      evidence: { kind: 'taken', body: from },
      ...(before === null ? {} : { note: `taken over from ${before}` }),
      async write(db) {
        await db.query(
          `UPDATE incidents SET taken_by = $2, taken_at = coalesce(taken_at, $3)
           WHERE incident_id = $1`,
          [incidentId, person.id, at],
        );
        await endWaits(db, { incidentId, waitingFor: 'take', at });
      },
    },
  };
};
