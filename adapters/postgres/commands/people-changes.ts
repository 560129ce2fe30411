import { createPublicKey } from 'node:crypto';
import type { CommandBody } from '../../../contracts/command';
import { kidOf } from '../../../proof/key-id';
import type { Queryable } from '../pool';

/** What evidence says of a change: ids, roles and key ids, never names or addresses. */
export type PersonChange = Record<string, unknown>;

type Change = { said: PersonChange; write: (tx: Queryable) => Promise<void> };

/** Enrols a person, or replaces what is said of one who is enrolled; a further key is added. */
export function addPerson(given: {
  body: CommandBody<'people-add'>;
  by: string;
  at: string;
}): Change {
  const { body, by, at } = given;
  const { id, name, email, roles, interests, timeZone, calendar } = body;
  const place = { ...(timeZone && { timeZone }), ...(calendar && { calendar }) };
  const key = createPublicKey(body.publicKey);
  const kid = kidOf(key);
  return {
    said: { did: 'enrolled', id, roles, key: kid, interests, ...place },
    async write(tx) {
      await tx.query(
        `INSERT INTO people (person_id, name, email, roles, interests, enrolled_at, enrolled_by,
           time_zone, calendar) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (person_id) DO UPDATE
           SET name = excluded.name, email = excluded.email, roles = excluded.roles,
             interests = excluded.interests, time_zone = excluded.time_zone,
             calendar = excluded.calendar, revoked_at = NULL`,
        [id, name, email, roles, interests, at, by, timeZone, calendar],
      );
      await tx.query(
        `INSERT INTO person_keys (kid, person_id, public_key, valid_from)
         VALUES ($1, $2, $3, $4) ON CONFLICT (kid) DO NOTHING`,
        [kid, id, key.export({ type: 'spki', format: 'pem' }), at],
      );
    },
  };
}

/** Ends a person's enrolment and every key of theirs, as of `at`. */
export function revokePerson(body: CommandBody<'people-revoke'>, at: string): Change {
  const { id, compromised } = body;
  return {
    said: { did: 'revoked', id, compromised },
    async write(tx) {
      await tx.query(
        'UPDATE people SET revoked_at = coalesce(revoked_at, $2) WHERE person_id = $1',
        [id, at],
      );
      await tx.query(
        `UPDATE person_keys SET revoked_at = coalesce(revoked_at, $2),
           compromised = compromised OR $3 WHERE person_id = $1`,
        [id, at, compromised],
      );
    },
  };
}

/** Lets somebody of the same role stand in for a person between two instants. */
export function addStandIn(body: CommandBody<'people-stand-in'>): Change {
  const { id, standIn, from, until } = body;
  return {
    said: { did: 'stand-in', id, standIn, from, until },
    async write(tx) {
      await tx.query(
        `INSERT INTO stand_ins (person_id, stand_in_id, valid_from, valid_until)
         VALUES ($1, $2, $3, $4)`,
        [id, standIn, from, until],
      );
    },
  };
}
