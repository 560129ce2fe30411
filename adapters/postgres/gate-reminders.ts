import type { Role } from '../../contracts/command';
import type { AwaitedPerson, GateOpening, Gates } from '../../activities/ports/gates';
import { isMissingReceipt, rolesOfMissing } from '../../domain/gate-tally';
import { escalationRung, nextToTell, roundOf, type Opened } from '../../domain/reminder-ladder';
import type { Hours } from '../../domain/working-time';
import { readGate, readTimes, type GateRow, type PackTimes } from './gate-rows';
import { peopleOnLadder } from './people-on-ladder';
import type { Queryable } from './pool';
import { Refused } from './refused';
import { withTied } from './stand-ins';
import { voteStands } from './standing-votes';
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

/**
 * When those work who have one of the roles, without the makers of what they are asked about; where
 * there is nobody, the office.
 */
export async function hoursOfRoles(
  db: Queryable,
  of: { roles: readonly Role[]; makers: readonly string[]; times: PackTimes },
): Promise<Hours[]> {
  const { rows } = await db.query<Place>(
    `SELECT DISTINCT time_zone AS "timeZone", calendar FROM people
     WHERE revoked_at IS NULL AND roles && $1::text[] AND NOT person_id = ANY ($2::text[])`,
    [of.roles, of.makers],
  );
  const places = rows.length > 0 ? rows : [{ timeZone: null, calendar: null }];
  return places.map((place) => hoursOf(of.times.workingTime, place));
}

const asOpened = ({ openedAt, expiresAt }: GateRow, { ladder }: PackTimes): Opened => ({
  ladder,
  openedAt: openedAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
});

/** Who may still vote, and who owes a receipt. */
const wanted = `
  SELECT person_id FROM people p WHERE revoked_at IS NULL AND (roles && $6::text[]
    OR roles && $5::text[] AND NOT person_id = ANY ($7::text[]) AND NOT EXISTS (
      SELECT FROM votes v WHERE v.incident_id = $1 AND v.gate_id = $3 AND v.opening = $4
        AND v.person_id = p.person_id AND ${voteStands}))`;

const besides = 'SELECT person_id, $8 FROM people WHERE $9 = ANY (roles)';

const told = `
  SELECT coalesce(max(round - $10), 0)::int FROM notices n
  WHERE n.incident_id = $1 AND n.kind = 'gate/' || $3 AND n.person_id = p.person_id
    AND round BETWEEN $10 AND $10 + $8`;

async function onLadder(
  db: Queryable,
  of: GateOpening & Missing & { row: GateRow; times: PackTimes },
): Promise<AwaitedPerson[]> {
  const { incidentId, gateId, opening, missing, at, row, times } = of;
  const openedAt = row.openedAt.toISOString();
  const barred = await withTied(db, { people: row.makers, openedAt, at });
  const rolesOf = (receipts: boolean) =>
    missing.filter((item) => isMissingReceipt(item) === receipts).flatMap(rolesOfMissing);
  return peopleOnLadder(db, {
    ...{ wanted, besides, told, workingTime: times.workingTime, incidentId, at },
    parameters: [
      ...[gateId, opening, rolesOf(false), rolesOf(true), barred],
      ...[escalationRung(times.ladder), times.ladder.escalateTo, roundOf({ opening, rung: 0 })],
    ],
  });
}
