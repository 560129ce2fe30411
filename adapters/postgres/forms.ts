import type { Pool } from 'pg';
import type { Forms } from '../../activities/ports/forms';
import { teams } from '../../contracts/command';
import { formRoles } from '../../contracts/forms';
import { assert } from '../../domain/assert';
import { expiryOf } from '../../domain/reminder-ladder';
import { appendEvidence } from './evidence';
import { readSilentTeams } from './form-reminders';
import { readFormsStanding } from './form-standing';
import { hoursOfRoles } from './gate-reminders';
import { readTimes } from './gate-rows';
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
  const deadlines = await deadlinesOf(tx, { incidentId, at });
  const { rows } = await tx.query<{ team: string }>(
    `INSERT INTO forms (incident_id, team, opened_at, deadline_at)
     SELECT $1, team, $2, deadline FROM unnest($3::text[], $4::timestamptz[]) AS t (team, deadline)
     ON CONFLICT DO NOTHING RETURNING team`,
    [incidentId, at, teams, deadlines],
  );
  const opened = rows.map(({ team }) => team);
  await tx.query(
    `INSERT INTO waits (incident_id, waiting_for, wait_id, role, since, deadline_at, question)
     SELECT $1, 'form', team, team, opened_at, deadline_at,
       './makewhole form ' || $1 || ' --team ' || team
     FROM forms WHERE incident_id = $1 AND team = ANY ($2::text[]) ON CONFLICT DO NOTHING`,
    [incidentId, opened],
  );
  const deadlineAt = await lastDeadline(tx, incidentId);
  if (opened.length > 0) {
    const entry = { chain: incidentId, at, actor: 'makewhole', kind: 'form-opened' };
    await appendEvidence(tx, { ...entry, body: { teams: opened.sort(), deadlineAt } });
  }
  return { deadlineAt };
}

/** Until when each team has time; in their order. */
async function deadlinesOf(tx: Queryable, { incidentId, at }: Timed): Promise<string[]> {
  const times = await readTimes(tx, incidentId);
  const { rows } = await tx.query<{ after: number }>(
    `SELECT (pack_snapshot #>> '{forms,value,deadlineAfter}')::float8 AS after
     FROM incidents WHERE incident_id = $1`,
    [incidentId],
  );
  const expireAfter = rows[0]?.after;
  assert(times !== undefined && expireAfter !== undefined, `expected ${incidentId} on file`);
  const deadlines = teams.map(async (team) => {
    const asked = await hoursOfRoles(tx, { roles: formRoles[team], makers: [], times });
    return expiryOf({ ladder: { expireAfter }, openedAt: at, asked });
  });
  return Promise.all(deadlines);
}

async function lastDeadline(tx: Queryable, incidentId: string): Promise<string> {
  const { rows } = await tx.query<{ deadline: Date | null }>(
    'SELECT max(deadline_at) AS deadline FROM forms WHERE incident_id = $1',
    [incidentId],
  );
  const deadline = rows[0]?.deadline;
  assert(deadline != null, `expected forms of ${incidentId}, found none`);
  return deadline.toISOString();
}
