import type { Forms, SilentTeam } from '../../activities/ports/forms';
import type { AwaitedPerson } from '../../activities/ports/gates';
import type { Team } from '../../contracts/command';
import { formRoles } from '../../contracts/forms';
import { evenly } from '../../domain/reminder-ladder';
import { readTimes } from './gate-rows';
import type { Queryable } from './pool';
import { hoursOf, type Place } from './working-hours';

type Look = Parameters<Forms['awaited']>[0];
type FormRow = { team: Team; openedAt: Date; deadlineAt: Date; every: number };

/** Which of the teams are to be reminded of their forms, and whom of each, as the port promises. */
export async function readSilentTeams(db: Queryable, look: Look): Promise<SilentTeam[]> {
  const { incidentId, teams } = look;
  const times = await readTimes(db, incidentId);
  if (times === undefined) return [];
  const { rows } = await db.query<FormRow>(
    `SELECT team, forms.opened_at AS "openedAt", deadline_at AS "deadlineAt",
       (pack_snapshot #>> '{forms,value,remindEvery}')::float8 AS every
     FROM forms JOIN incidents USING (incident_id)
     WHERE incident_id = $1 AND team = ANY ($2::text[]) ORDER BY team`,
    [incidentId, teams],
  );
  const silent = rows.map(async ({ team, openedAt, deadlineAt, every }) => {
    const [opens, ends] = [openedAt.toISOString(), deadlineAt.toISOString()];
    const opened = evenly({ every, openedAt: opens, expiresAt: ends });
    const people = await teamOnLadder(db, { ...look, team });
    const working = people.map(({ timeZone, calendar, ...person }) => {
      return { ...person, hours: hoursOf(times.workingTime, { timeZone, calendar }) };
    });
    return { team, opened, people: working };
  });
  return Promise.all(silent);
}

/** A delegate who has left gives the form back to the team. */
const teamSql = `
  WITH delegates AS (
    SELECT person_id FROM people WHERE revoked_at IS NULL AND person_id = (
      SELECT delegate FROM form_delegations WHERE incident_id = $1 AND team = $3
      ORDER BY delegation_id DESC LIMIT 1)
  ), holders AS (
    SELECT person_id FROM delegates
    UNION ALL SELECT person_id FROM people
      WHERE revoked_at IS NULL AND roles && $4::text[] AND NOT EXISTS (SELECT FROM delegates)
  ), on_ladder AS (
    SELECT person_id, 1 AS rung FROM holders
    UNION ALL SELECT stand_in_id, 2 FROM stand_ins JOIN holders USING (person_id)
      WHERE $2::timestamptz >= valid_from AND $2 < valid_until
    UNION ALL SELECT person_id, 1 FROM people
      WHERE roles && '{management,admin}' AND NOT EXISTS (SELECT FROM holders))
  SELECT person_id AS id, name, email, time_zone AS "timeZone", calendar,
    min(rung)::int AS "firstRung", (SELECT coalesce(max(round) - 1, 0)::int FROM notices n
      WHERE n.incident_id = $1 AND n.kind = 'form/' || $3
        AND n.person_id = p.person_id) AS told
  FROM people p JOIN on_ladder USING (person_id) WHERE revoked_at IS NULL
  GROUP BY person_id ORDER BY person_id COLLATE "C"`;

async function teamOnLadder(
  db: Queryable,
  { incidentId, at, team }: Look & { team: Team },
): Promise<(Omit<AwaitedPerson, 'hours'> & Place)[]> {
  const { rows } = await db.query<Omit<AwaitedPerson, 'hours'> & Place>(teamSql, [
    incidentId,
    at,
    team,
    formRoles[team],
  ]);
  return rows;
}
