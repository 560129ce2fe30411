import { createPublicKey } from 'node:crypto';
import { kidOf } from '../../../proof/key-id';
import type { Queryable } from '../pool';
import type { Break, Sealed } from './sealed';

/** A person as the entries about people leave them. */
type Told = { roles: string; interests: string; place: string; revoked: boolean; seq: number };
type ToldKey = { person: string; revoked: boolean; compromised: boolean; seq: number };

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
  revoked: boolean;
  compromised: boolean;
};

const placeOf = ({ timeZone, calendar }: { timeZone?: unknown; calendar?: unknown }): string =>
  JSON.stringify([timeZone ?? null, calendar ?? null]);

/** Plays the entries about people through, as the commands were carried out. */
function tell(sealed: Sealed): { people: Map<string, Told>; keys: Map<string, ToldKey> } {
  const people = new Map<string, Told>();
  const keys = new Map<string, ToldKey>();
  for (const { seq, body } of sealed.people) {
    const { did, id, roles, interests, key, compromised } = body;
    const place = placeOf(body);
    const person = String(id);
    if (did === 'first-admin' || did === 'enrolled') {
      const said = { roles: JSON.stringify(roles), interests: JSON.stringify(interests), place };
      people.set(person, { ...said, revoked: false, seq });
      if (!keys.has(String(key))) {
        keys.set(String(key), { person, revoked: false, compromised: false, seq });
      }
    }
    if (did === 'revoked') revoke({ people, keys }, { person, seq, compromised });
  }
  return { people, keys };
}

function revoke(
  told: { people: Map<string, Told>; keys: Map<string, ToldKey> },
  by: { person: string; seq: number; compromised: unknown },
): void {
  const { person, seq } = by;
  const known = told.people.get(person);
  if (known !== undefined) told.people.set(person, { ...known, revoked: true, seq });
  for (const key of told.keys.values()) {
    if (key.person !== person) continue;
    key.revoked = true;
    key.compromised ||= by.compromised === true;
  }
}

function personFlaw(row: PersonRow, told: Told | undefined): Break | undefined {
  if (told === undefined) return { seq: 0, what: `${row.id} is enrolled in no entry` };
  const same =
    JSON.stringify(row.roles) === told.roles &&
    JSON.stringify(row.interests) === told.interests &&
    placeOf(row) === told.place &&
    row.revoked === told.revoked;
  if (same) return undefined;
  return { seq: told.seq, what: `the registry says other things of ${row.id} than this entry` };
}

function keyFlaw(row: KeyRow, told: ToldKey | undefined): Break | undefined {
  if (told === undefined) return { seq: 0, what: `key ${row.kid} is enrolled in no entry` };
  const same =
    row.person === told.person &&
    row.revoked === told.revoked &&
    row.compromised === told.compromised &&
    kidOf(createPublicKey(row.publicKey)) === row.kid;
  return same
    ? undefined
    : { seq: told.seq, what: `the registry says other things of key ${row.kid} than the evidence` };
}

/** Walks from the registry's tables to its chain and back: nobody got a role or a key unseen. */
export async function walkPeople(db: Queryable, sealed: Sealed): Promise<Break | undefined> {
  const told = tell(sealed);
  const people = await db.query<PersonRow>(
    `SELECT person_id AS id, roles, interests, time_zone AS "timeZone", calendar,
       revoked_at IS NOT NULL AS revoked FROM people
     ORDER BY person_id`,
  );
  const keys = await db.query<KeyRow>(
    `SELECT kid, person_id AS person, public_key AS "publicKey", revoked_at IS NOT NULL AS revoked,
       compromised FROM person_keys ORDER BY kid`,
  );
  for (const row of people.rows) {
    const broken = personFlaw(row, told.people.get(row.id));
    if (broken !== undefined) return broken;
    told.people.delete(row.id);
  }
  for (const row of keys.rows) {
    const broken = keyFlaw(row, told.keys.get(row.kid));
    if (broken !== undefined) return broken;
    told.keys.delete(row.kid);
  }
  const lost = [...told.people, ...told.keys][0];
  if (lost === undefined) return undefined;
  return { seq: lost[1].seq, what: `the registry no longer knows ${lost[0]}` };
}
