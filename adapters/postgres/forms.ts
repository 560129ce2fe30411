import type { Pool } from 'pg';
import type { Forms } from '../../activities/ports/forms';
import { teams } from '../../contracts/command';
import { assert } from '../../domain/assert';
import { appendEvidence } from './evidence';
import { readSilentTeams } from './form-reminders';
import { readFormsStanding } from './form-standing';
import { inTransaction, type Queryable } from './pool';

/** The teams' forms in Postgres. */
export function postgresForms(pool: Pool): Forms {
  return {
    open: (of) => inTransaction(pool, (tx) => openForms(tx, of)),
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
    awaited: (look) => readSilentTeams(pool, look),
    read: (incidentId) => readFormsStanding(pool, incidentId),
  };
}

type Timed = Parameters<Forms['open']>[0];

/** Opens what is not open yet, so that trying again neither moves a deadline nor tells twice. */
async function openForms(tx: Queryable, { incidentId, at }: Timed): ReturnType<Forms['open']> {
  const { rows } = await tx.query<{ team: string }>(
    `INSERT INTO forms (incident_id, team, opened_at, deadline_at)
     SELECT incident_id, team, $3::timestamptz, $3::timestamptz + make_interval(
       secs => (pack_snapshot #>> '{forms,value,deadlineAfter}')::float8)
     FROM incidents, unnest($2::text[]) AS team WHERE incident_id = $1
     ON CONFLICT DO NOTHING RETURNING team`,
    [incidentId, teams, at],
  );
  const opened = rows.map(({ team }) => team);
  const deadlineAt = await firstDeadline(tx, incidentId);
  await tx.query(
    `INSERT INTO waits (incident_id, waiting_for, wait_id, role, since, deadline_at, question)
     SELECT $1, 'form', team, team, $3, $4, 'makewhole form ' || $1 || ' --team ' || team
     FROM unnest($2::text[]) AS team ON CONFLICT DO NOTHING`,
    [incidentId, opened, at, deadlineAt],
  );
  if (opened.length > 0) {
    const entry = { chain: incidentId, at, actor: 'makewhole', kind: 'form-opened' };
    await appendEvidence(tx, { ...entry, body: { teams: opened.sort(), deadlineAt } });
  }
  return { deadlineAt };
}

async function firstDeadline(tx: Queryable, incidentId: string): Promise<string> {
  const { rows } = await tx.query<{ deadline: Date | null }>(
    'SELECT min(deadline_at) AS deadline FROM forms WHERE incident_id = $1',
    [incidentId],
  );
  const deadline = rows[0]?.deadline;
  assert(deadline != null, `expected forms of ${incidentId}, found none: is the incident on file?`);
  return deadline.toISOString();
}
