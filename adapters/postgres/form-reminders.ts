import type { Forms, SilentTeam } from '../../activities/ports/forms';
import type { Team } from '../../contracts/command';
import { formRoles } from '../../contracts/forms';
import { evenly } from '../../domain/reminder-ladder';
import { readTimes } from './gate-rows';
import { peopleOnLadder } from './people-on-ladder';
import type { Queryable } from './pool';

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
    const parameters = [team, formRoles[team]];
    const { workingTime } = times;
    const people = await peopleOnLadder(db, {
      ...{ wanted, told, workingTime, incidentId, at: look.at, parameters },
    });
    return { team, opened, people };
  });
  return Promise.all(silent);
}

/** A delegate who has left gives the form back to the team. */
const wanted = `
  WITH delegates AS (
    SELECT person_id FROM people WHERE revoked_at IS NULL AND person_id = (
      SELECT delegate FROM form_delegations WHERE incident_id = $1 AND team = $3
      ORDER BY delegation_id DESC LIMIT 1)
  )
  SELECT person_id FROM delegates
  UNION ALL SELECT person_id FROM people
    WHERE revoked_at IS NULL AND roles && $4::text[] AND NOT EXISTS (SELECT FROM delegates)`;

const told = `
  SELECT coalesce(max(round) - 1, 0)::int FROM notices n
  WHERE n.incident_id = $1 AND n.kind = 'form/' || $3 AND n.person_id = p.person_id`;
