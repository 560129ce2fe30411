import type { AwaitedPerson } from '../../activities/ports/gates';
import type { PackTimes } from './gate-rows';
import type { Queryable } from './pool';
import { hoursOf, type Place } from './working-hours';

type Ladder = {
  /** A query of `person_id`: who is waited for. $1 is the incident, $2 the instant of asking. */
  wanted: string;
  /** A query of `person_id` and rung: who is told besides, whoever is waited for. */
  besides?: string;
  /** A query of how often `p` was told already. */
  told: string;
  workingTime: PackTimes['workingTime'];
  incidentId: string;
  at: string;
  /** From $3 on. */
  parameters: readonly unknown[];
};

/**
 * Who is told while somebody is waited for, and from which rung on: those waited for, from the
 * second rung those who stand in for them then, and management and admins where there is nobody.
 *
 * Order: by person.
 */
export async function peopleOnLadder(db: Queryable, ladder: Ladder): Promise<AwaitedPerson[]> {
  const { wanted, besides, told, workingTime, incidentId, at, parameters } = ladder;
  const { rows } = await db.query<Omit<AwaitedPerson, 'hours'> & Place>(
    `WITH wanted AS (${wanted}), on_ladder AS (
       SELECT person_id, 1 AS rung FROM wanted
       UNION ALL SELECT stand_in_id, 2 FROM stand_ins JOIN wanted USING (person_id)
         WHERE $2::timestamptz >= valid_from AND $2 < valid_until
       ${besides === undefined ? '' : `UNION ALL ${besides}`}
       UNION ALL SELECT person_id, 1 FROM people
         WHERE roles && '{management,admin}' AND NOT EXISTS (SELECT FROM wanted))
     SELECT person_id AS id, name, email, time_zone AS "timeZone", calendar,
       min(rung)::int AS "firstRung", (${told}) AS told
     FROM people p JOIN on_ladder USING (person_id) WHERE revoked_at IS NULL
     GROUP BY person_id ORDER BY person_id COLLATE "C"`,
    [incidentId, at, ...parameters],
  );
  return rows.map(({ timeZone, calendar, ...person }) => {
    return { ...person, hours: hoursOf(workingTime, { timeZone, calendar }) };
  });
}
