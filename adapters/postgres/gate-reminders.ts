import type { AwaitedPerson, GateOpening, Gates } from '../../activities/ports/gates';
import type { SeatRole } from '../../domain/gate-rule';
import { isMissingReceipt, rolesOfMissing } from '../../domain/gate-tally';
import { escalationRung, nextToTell, roundOf, type Opened } from '../../domain/reminder-ladder';
import type { Hours } from '../../domain/working-time';
import { readGate, readTimes, type GateRow, type PackTimes } from './gate-rows';
import type { Queryable } from './pool';
import { Refused } from './refused';
import { hoursOf, type Place } from './working-hours';

type Missing = { missing: readonly string[]; at: string };

/** Who is on the ladder of an opening now, as the port promises. */
export async function readAwaited(
  db: Queryable,
  of: GateOpening & Missing,
): ReturnType<Gates['awaited']> {
  const row = await readGate(db, of);
  const times = await readTimes(db, of.incidentId);
  if (row === undefined || times === undefined) {
    throw new Refused('NOT_FOUND', `gate ${of.gateId} was never opened`);
  }
  return { opened: asOpened(row, times), people: await onLadder(db, { ...of, row, times }) };
}

/** When somebody on the ladder is told next, after whoever is told at that instant. */
export async function nextReminder(
  db: Queryable,
  of: GateOpening & Missing & { row: GateRow; times: PackTimes },
): Promise<string | undefined> {
  const opened = asOpened(of.row, of.times);
  const people = await onLadder(db, of);
  const instants = people.map((person) => nextToTell(opened, { ...person, at: of.at }));
  return instants.filter((instant) => instant !== undefined).sort()[0];
}

/** The working time of everybody who could vote at a gate: its seats, without its makers. */
export async function votersHours(
  db: Queryable,
  of: { roles: readonly SeatRole[]; makers: readonly string[]; times: PackTimes },
): Promise<Hours[]> {
  const { rows } = await db.query<Place>(
    `SELECT DISTINCT time_zone AS "timeZone", calendar FROM people
     WHERE revoked_at IS NULL AND roles && $1::text[] AND NOT person_id = ANY ($2::text[])`,
    [of.roles, of.makers],
  );
  return rows.map((place) => hoursOf(of.times.workingTime, place));
}

const asOpened = ({ openedAt, expiresAt }: GateRow, { ladder }: PackTimes): Opened => ({
  ladder,
  openedAt: openedAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
});

const onLadderSql = `
  WITH wanted AS (
    SELECT person_id FROM people p WHERE revoked_at IS NULL AND (roles && $5::text[]
      OR roles && $4::text[] AND NOT person_id = ANY ($6::text[]) AND NOT EXISTS (
        SELECT FROM votes v WHERE v.incident_id = $1 AND v.gate_id = $2 AND v.opening = $3
          AND v.person_id = p.person_id))
  ), on_ladder AS (
    SELECT person_id, 1 AS rung FROM wanted
    UNION ALL SELECT stand_in_id, 2 FROM stand_ins JOIN wanted USING (person_id)
      WHERE $7::timestamptz >= valid_from AND $7 < valid_until
    UNION ALL SELECT person_id, $8 FROM people WHERE $9 = ANY (roles)
    UNION ALL SELECT person_id, 1 FROM people
      WHERE roles && '{management,admin}' AND NOT EXISTS (SELECT FROM wanted))
  SELECT person_id AS id, name, email, time_zone AS "timeZone", calendar,
    min(rung)::int AS "firstRung", (SELECT coalesce(max(round - $10), 0)::int FROM notices n
      WHERE n.incident_id = $1 AND n.kind = 'gate/' || $2 AND n.person_id = p.person_id
        AND round BETWEEN $10 AND $10 + $8) AS told
  FROM people p JOIN on_ladder USING (person_id) WHERE revoked_at IS NULL
  GROUP BY person_id ORDER BY person_id COLLATE "C"`;

async function onLadder(
  db: Queryable,
  of: GateOpening & Missing & { row: GateRow; times: PackTimes },
): Promise<AwaitedPerson[]> {
  const { incidentId, gateId, opening, missing, at, row, times } = of;
  const rolesOf = (receipts: boolean) =>
    missing.filter((item) => isMissingReceipt(item) === receipts).flatMap(rolesOfMissing);
  const { rows } = await db.query<Omit<AwaitedPerson, 'hours'> & Place>(onLadderSql, [
    incidentId,
    gateId,
    opening,
    rolesOf(false),
    rolesOf(true),
    row.makers,
    at,
    escalationRung(times.ladder),
    times.ladder.escalateTo,
    roundOf({ opening, rung: 0 }),
  ]);
  return rows.map(({ timeZone, calendar, ...person }) => {
    return { ...person, hours: hoursOf(times.workingTime, { timeZone, calendar }) };
  });
}
