import type { Pool } from 'pg';
import type { PersonCalls } from '../../activities/ports/notices';
import { appendEvidence } from './evidence';
import { inTransaction } from './pool';
import { endWaits, want } from './waits';

/** Persons wanted for steps that cannot go on, in Postgres. */
export function postgresPersonCalls(pool: Pool): PersonCalls {
  return {
    async call({ incidentId, at, step, code, round }) {
      await inTransaction(pool, async (tx) => {
        const { rowCount } = await tx.query(
          `INSERT INTO waits AS w (incident_id, waiting_for, wait_id, role, since, question)
           VALUES ($1, 'person', $2, 'on-call', $3, $4)
           ON CONFLICT (incident_id, waiting_for, wait_id) DO UPDATE
             SET question = excluded.question, over_at = NULL,
               since = CASE WHEN w.over_at IS NULL THEN w.since ELSE excluded.since END
             WHERE w.over_at IS NOT NULL OR w.question <> excluded.question`,
          [incidentId, step, at, code],
        );
        if (rowCount === 0) return;
        const body = { step, code, round };
        const entry = { chain: incidentId, at, actor: 'makewhole', kind: 'escalated', body };
        await appendEvidence(tx, entry);
      });
    },
    async end({ incidentId, at, step }) {
      await endWaits(pool, { incidentId, waitingFor: 'person', at, ids: [step] });
    },
    async escalated({ incidentId, at, to, round }) {
      const body = { paging: true, to, round };
      const entry = { chain: incidentId, at, actor: 'makewhole', kind: 'escalated', body };
      await inTransaction(pool, async (tx) => {
        const { rowCount } = await tx.query(
          `SELECT FROM evidence WHERE chain = $1 AND kind = 'escalated'
             AND entry::jsonb @> '{"body": {"paging": true}}' LIMIT 1`,
          [incidentId],
        );
        if (rowCount === 0) await appendEvidence(tx, entry);
      });
    },
    async nameOpen({ incidentId, at, open }) {
      const wanted = open.map(({ id, question }) => {
        return { id: `terminal/${id}`, role: 'operations', question };
      });
      const ids = wanted.map(({ id }) => id);
      await inTransaction(pool, async (tx) => {
        await tx.query(
          `UPDATE waits SET over_at = $2 WHERE incident_id = $1 AND waiting_for = 'person'
             AND wait_id LIKE 'terminal/%' AND over_at IS NULL AND NOT wait_id = ANY ($3::text[])`,
          [incidentId, at, ids],
        );
        await want(tx, { incidentId, waitingFor: 'person', at, wanted });
      });
    },
  };
}
