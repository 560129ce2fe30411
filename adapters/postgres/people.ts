import type { Pool } from 'pg';
import type { People, Person, PersonKey } from '../../activities/ports/people';
import type { Role } from '../../contracts/command';
import { postgresCommandInbox } from './command-inbox';
import { breakGlass, enrolFirstAdmin } from './first-admins';
import { inTransaction, type Queryable } from './pool';

const registry = 'registry';

type PersonRow = {
  person_id: string;
  name: string;
  email: string;
  roles: Role[];
  interests: string[];
  time_zone: string | null;
  calendar: string | null;
  enrolled_at: Date;
  enrolled_by: string;
  revoked_at: Date | null;
};
type KeyRow = {
  kid: string;
  person_id: string;
  valid_from: Date;
  valid_until: Date | null;
  revoked_at: Date | null;
  compromised: boolean;
};
type StandInRow = { person_id: string; stand_in_id: string; valid_from: Date; valid_until: Date };

function asKey(row: KeyRow): PersonKey {
  return {
    kid: row.kid,
    validFrom: row.valid_from.toISOString(),
    ...(row.valid_until && { validUntil: row.valid_until.toISOString() }),
    ...(row.revoked_at && { revokedAt: row.revoked_at.toISOString() }),
    compromised: row.compromised,
  };
}

async function readPeople(db: Queryable, role: Role | null): Promise<Person[]> {
  const people = await db.query<PersonRow>(
    `SELECT person_id, name, email, roles, interests, time_zone, calendar, enrolled_at, enrolled_by,
       revoked_at FROM people WHERE $1::text IS NULL OR ($1 = ANY (roles) AND revoked_at IS NULL)
     ORDER BY person_id COLLATE "C"`,
    [role],
  );
  const keys = await db.query<KeyRow>(
    `SELECT kid, person_id, valid_from, valid_until, revoked_at, compromised
     FROM person_keys ORDER BY valid_from, kid`,
  );
  const standIns = await db.query<StandInRow>(
    'SELECT person_id, stand_in_id, valid_from, valid_until FROM stand_ins ORDER BY valid_from',
  );
  return people.rows.map((row) => ({
    id: row.person_id,
    name: row.name,
    email: row.email,
    roles: row.roles,
    interests: row.interests,
    ...(row.time_zone && { timeZone: row.time_zone }),
    ...(row.calendar && { calendar: row.calendar }),
    enrolledAt: row.enrolled_at.toISOString(),
    enrolledBy: row.enrolled_by,
    ...(row.revoked_at && { revokedAt: row.revoked_at.toISOString() }),
    keys: keys.rows.filter((key) => key.person_id === row.person_id).map(asKey),
    standIns: standIns.rows
      .filter((standIn) => standIn.person_id === row.person_id)
      .map((standIn) => ({
        id: standIn.stand_in_id,
        from: standIn.valid_from.toISOString(),
        until: standIn.valid_until.toISOString(),
      })),
  }));
}

/** The registry of people in Postgres. */
export function postgresPeople(pool: Pool): People {
  const inbox = postgresCommandInbox(pool);
  return {
    list: () => readPeople(pool, null),
    roleHolders: (role) => readPeople(pool, role),
    bootstrapAdmin: async (first) => ({
      id: first.id,
      kid: await inTransaction(pool, (tx) => enrolFirstAdmin(tx, first)),
    }),
    breakGlass: (given) => inTransaction(pool, (tx) => breakGlass(tx, given)),
    answer: async (received) => (await inbox.answer({ incidentId: registry, ...received })).answer,
  };
}
