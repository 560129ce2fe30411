import type { Pool } from 'pg';
import type { OwedUpdate, Updates } from '../../activities/ports/updates';
import { evenly } from '../../domain/reminder-ladder';
import { readTimes } from './gate-rows';
import { peopleOnLadder } from './people-on-ladder';
import type { Queryable } from './pool';

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

const owners = `
  SELECT person_id FROM people WHERE revoked_at IS NULL AND ('customer-success' = ANY (roles)
    OR person_id = (SELECT taken_by FROM incidents WHERE incident_id = $1))`;

const told = `
  SELECT greatest(0, coalesce(max(round), 0) - $3)::int FROM notices n
  WHERE n.incident_id = $1 AND n.kind = 'update' AND n.person_id = p.person_id`;

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
  const people = await peopleOnLadder(db, {
    ...{ wanted: owners, told, workingTime: times.workingTime, incidentId, at },
    parameters: [base],
  });
  return { givenAt, dueAt: later(every), opened, base, people };
}
