import type { Pool } from 'pg';
import type { Forms } from '../../activities/ports/forms';
import { teams } from '../../contracts/command';
import { appendEvidence } from './evidence';
import { inTransaction } from './pool';

/** The teams' forms in Postgres. */
export function postgresForms(pool: Pool): Forms {
  return {
    async open({ incidentId, at }) {
      return inTransaction(pool, async (tx) => {
        const opened = await tx.query<{ team: string }>(
          `INSERT INTO forms (incident_id, team, opened_at, deadline_at)
           SELECT incident_id, team, $3::timestamptz, $3::timestamptz + make_interval(
             secs => (pack_snapshot #>> '{forms,value,deadlineAfter}')::float8)
           FROM incidents, unnest($2::text[]) AS team WHERE incident_id = $1
           ON CONFLICT DO NOTHING RETURNING team`,
          [incidentId, teams, at],
        );
        const { rows } = await tx.query<{ deadline: Date }>(
          'SELECT min(deadline_at) AS deadline FROM forms WHERE incident_id = $1',
          [incidentId],
        );
        const deadlineAt = rows[0]!.deadline.toISOString();
        await tx.query(
          `INSERT INTO waits (incident_id, waiting_for, wait_id, role, since, deadline_at, question)
           SELECT $1, 'form', team, team, $3, $4, 'makewhole answer ' || $1 || ' --team ' || team
             || ' --file answers.json --as YOU'
           FROM unnest($2::text[]) AS team ON CONFLICT DO NOTHING`,
          [incidentId, opened.rows.map(({ team }) => team), at, deadlineAt],
        );
        if (opened.rows.length > 0) {
          const body = { teams: opened.rows.map(({ team }) => team).sort(), deadlineAt };
          await appendEvidence(tx, {
            chain: incidentId,
            at,
            actor: 'makewhole',
            kind: 'form-opened',
            body,
          });
        }
        return { deadlineAt };
      });
    },
    async missing({ incidentId, at }) {
      await pool.query(
        `UPDATE waits SET over_at = $2 WHERE incident_id = $1 AND waiting_for = 'form'
         AND over_at IS NULL AND wait_id IN (SELECT team FROM answers WHERE incident_id = $1)`,
        [incidentId, at],
      );
      const { rows } = await pool.query<{ team: string }>(
        `SELECT team FROM forms WHERE incident_id = $1 AND NOT EXISTS (
           SELECT FROM answers WHERE answers.incident_id = forms.incident_id
             AND answers.team = forms.team) ORDER BY team`,
        [incidentId],
      );
      return rows.map(({ team }) => team);
    },
  };
}
