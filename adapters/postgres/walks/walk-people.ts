import type { RegistryKey, RegistryPerson } from '../../../proof/registry';
import type { Queryable } from '../pool';
import { isKeyOf, readRegistry } from '../registry';
import type { Break } from './sealed';

type PersonRow = {
  id: string;
  roles: string[];
  interests: string[];
  timeZone: string | null;
  calendar: string | null;
  revoked: boolean;
};
type KeyRow = {
  kid: string;
  person: string;
  publicKey: string;
  ended: boolean;
  revoked: boolean;
  compromised: boolean;
};

const standing = (of: Omit<PersonRow, 'id'>): string => {
  const { roles, interests, timeZone, calendar, revoked } = of;
  return JSON.stringify([roles, interests, timeZone, calendar, revoked]);
};

function personFlaw(row: PersonRow, told: RegistryPerson | undefined): Break | undefined {
  if (told === undefined) return { seq: 0, what: `${row.id} is enrolled in no entry` };
  const revoked = told.revokedAt !== undefined;
  if (standing(row) === standing({ ...told, revoked })) return undefined;
  return { seq: told.seq, what: `the registry says other things of ${row.id} than this entry` };
}

function keyFlaw(row: KeyRow, told: RegistryKey | undefined): Break | undefined {
  if (told === undefined) return { seq: 0, what: `key ${row.kid} is enrolled in no entry` };
  const same =
    row.person === told.person &&
    row.ended === (told.endedAt !== undefined) &&
    row.revoked === (told.revokedAt !== undefined) &&
    row.compromised === told.compromised &&
    isKeyOf(row.kid, row.publicKey);
  return same
    ? undefined
    : { seq: told.seq, what: `the registry says other things of key ${row.kid} than the evidence` };
}

/**
 * Walks from the registry's tables to its chain and back: nobody got a role, a key or a stand-in
 * unseen, and each entry says what somebody entitled has signed.
 */
export async function walkPeople(db: Queryable): Promise<Break | undefined> {
  const registry = await readRegistry(db);
  const unsigned = registry.broken ?? registry.flaws[0];
  if (unsigned !== undefined) {
    return { seq: unsigned.seq, what: `nobody entitled has signed it: ${unsigned.what}` };
  }
  const people = new Map(registry.people);
  const keys = new Map(registry.keys);
  for (const row of await peopleRows(db)) {
    const broken = personFlaw(row, people.get(row.id));
    if (broken !== undefined) return broken;
    people.delete(row.id);
  }
  for (const row of await keyRows(db)) {
    const broken = keyFlaw(row, keys.get(row.kid));
    if (broken !== undefined) return broken;
    keys.delete(row.kid);
  }
  const lost = [...people, ...keys][0];
  if (lost !== undefined) {
    return { seq: lost[1].seq, what: `the registry no longer knows ${lost[0]}` };
  }
  return standInFlaw(db, registry.standIns);
}

type StandIn = { person: string; standIn: string; from: string; until: string };

async function standInFlaw(db: Queryable, told: StandIn[]): Promise<Break | undefined> {
  const { rows } = await db.query<{ person: string; standIn: string; from: Date; until: Date }>(
    `SELECT person_id AS person, stand_in_id AS "standIn", valid_from AS "from",
       valid_until AS "until" FROM stand_ins`,
  );
  const asText = ({ person, standIn, from, until }: { [K in keyof StandIn]: string | Date }) =>
    JSON.stringify([person, standIn, new Date(from).getTime(), new Date(until).getTime()]);
  const known = new Set(told.map(asText));
  const slipped = rows.find((row) => !known.has(asText(row)));
  if (slipped !== undefined) {
    const { person, standIn } = slipped;
    return { seq: 0, what: `${standIn} stands in for ${person} in no entry` };
  }
  if (rows.length === known.size) return undefined;
  return { seq: 0, what: 'the registry no longer knows of a stand-in' };
}

async function peopleRows(db: Queryable): Promise<PersonRow[]> {
  const { rows } = await db.query<PersonRow>(
    `SELECT person_id AS id, roles, interests, time_zone AS "timeZone", calendar,
       revoked_at IS NOT NULL AS revoked FROM people ORDER BY person_id`,
  );
  return rows;
}

async function keyRows(db: Queryable): Promise<KeyRow[]> {
  const { rows } = await db.query<KeyRow>(
    `SELECT kid, person_id AS person, public_key AS "publicKey", revoked_at IS NOT NULL AS revoked,
       valid_until IS NOT NULL AS ended, compromised FROM person_keys ORDER BY kid`,
  );
  return rows;
}
