import type { Pool } from 'pg';
import type { AwaitedPerson } from '../../activities/ports/gates';
import type { OwedUpdate, Updates } from '../../activities/ports/updates';
import { evenly } from '../../domain/reminder-ladder';
import { readTimes } from './gate-rows';
import type { Queryable } from './pool';
import { hoursOf, type Place } from './working-hours';

/** After so many missed updates in a row nobody is reminded any more. */
const missedMax = 400;

/** The promised updates, in Postgres. */
export function postgresUpdates(pool: Pool): Updates {
  return { owed: (of) => readOwed(pool, of) };
}

/**
 * When stakeholders last heard something new of the incident `i`: a page was turned, a letter was
 * sent, or somebody said that they told them.
 */
export const updateGivenAt = `greatest(i.opened_at, i.stage_since,
  (SELECT max(sent_at) FROM letters l WHERE l.incident_id = i.incident_id),
  (SELECT max(received_at) FROM commands c
    WHERE c.incident_id = i.incident_id AND c.kind = 'updated' AND accepted))`;

type Head = { openedAt: Date; givenAt: Date; every: number };

async function readOwed(
  db: Queryable,
  { incidentId, at }: { incidentId: string; at: string },
): Promise<OwedUpdate | undefined> {
  const times = await readTimes(db, incidentId);
  const { rows } = await db.query<Head>(
    `SELECT opened_at AS "openedAt", ${updateGivenAt} AS "givenAt",
       (pack_snapshot #>> '{nextUpdateEvery,value}')::float8 AS every
     FROM incidents i WHERE incident_id = $1 AND closed_at IS NULL`,
    [incidentId],
  );
  const [head] = rows;
  if (head === undefined || times === undefined) return undefined;
  const { openedAt, every } = head;
  const givenAt = head.givenAt.toISOString();
  const later = (seconds: number) => {
    return new Date(head.givenAt.getTime() + seconds * 1000).toISOString();
  };
  const opened = evenly({ every, openedAt: givenAt, expiresAt: later(missedMax * every) });
  // One more for each time that it was due since the opening: a later promise has later rounds.
  const base = Math.floor((head.givenAt.getTime() - openedAt.getTime()) / 1000 / every);
  const found = await whoOwes(db, { incidentId, at, base });
  const people = found.map(({ timeZone, calendar, ...person }) => {
    return { ...person, hours: hoursOf(times.workingTime, { timeZone, calendar }) };
  });
  return { givenAt, dueAt: later(every), opened, base, people };
}

async function whoOwes(
  db: Queryable,
  { incidentId, at, base }: { incidentId: string; at: string; base: number },
): Promise<(Omit<AwaitedPerson, 'hours'> & Place)[]> {
  const { rows } = await db.query<Omit<AwaitedPerson, 'hours'> & Place>(
    `WITH owners AS (
       SELECT person_id FROM people p WHERE revoked_at IS NULL AND ('customer-success' = ANY (roles)
         OR person_id = (SELECT taken_by FROM incidents WHERE incident_id = $1))
     ), on_ladder AS (
       SELECT person_id, 1 AS rung FROM owners
       UNION ALL SELECT stand_in_id, 2 FROM stand_ins JOIN owners USING (person_id)
         WHERE $2::timestamptz >= valid_from AND $2 < valid_until
       UNION ALL SELECT person_id, 1 FROM people
         WHERE roles && '{management,admin}' AND NOT EXISTS (SELECT FROM owners))
     SELECT person_id AS id, name, email, time_zone AS "timeZone", calendar,
       min(rung)::int AS "firstRung", (SELECT greatest(0, coalesce(max(round), 0) - $3)::int
         FROM notices n WHERE n.incident_id = $1 AND n.kind = 'update'
           AND n.person_id = p.person_id) AS told
     FROM people p JOIN on_ladder USING (person_id) WHERE revoked_at IS NULL
     GROUP BY person_id ORDER BY person_id COLLATE "C"`,
    [incidentId, at, base],
  );
  return rows;
}
