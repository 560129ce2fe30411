import { createPublicKey } from 'node:crypto';
import type { CommandBody, PeopleKind } from '../../../contracts/command';
import { keyIdOf } from '../../../proof/registry-words';
import type { Queryable } from '../pool';

type Write<K extends PeopleKind> = (
  tx: Queryable,
  change: { body: CommandBody<K>; by: string; at: string },
) => Promise<void>;

/** How each change of the registry is written into its tables, beside the entry that tells it. */
export const peopleChanges: { readonly [K in PeopleKind]: Write<K> } = {
  /** Enrols a person, or replaces what is said of one who is; a further key is added. */
  async 'people-add'(tx, { body, by, at }) {
    const { id, name, email, roles, interests, timeZone, calendar, publicKey } = body;
    await tx.query(
      `INSERT INTO people (person_id, name, email, roles, interests, enrolled_at, enrolled_by,
         time_zone, calendar) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (person_id) DO UPDATE
         SET name = excluded.name, email = excluded.email, roles = excluded.roles,
           interests = excluded.interests, time_zone = excluded.time_zone,
           calendar = excluded.calendar, revoked_at = NULL`,
      [id, name, email, roles, interests, at, by, timeZone, calendar],
    );
    await insertKey(tx, { id, publicKey, at });
  },

  async 'people-change'(tx, { body }) {
    const { id, name, email, roles, interests, timeZone, calendar } = body;
    await tx.query(
      `UPDATE people SET name = coalesce($2, name), email = coalesce($3, email),
         roles = coalesce($4, roles), interests = coalesce($5, interests),
         time_zone = coalesce($6, time_zone), calendar = coalesce($7, calendar)
       WHERE person_id = $1`,
      [id, name, email, roles, interests, timeZone, calendar],
    );
  },

  async 'people-add-key'(tx, { body, at }) {
    const { id, publicKey, ends } = body;
    await insertKey(tx, { id, publicKey, at });
    await tx.query(
      `UPDATE person_keys SET valid_until = coalesce(valid_until, $3)
       WHERE person_id = $1 AND kid = $2`,
      [id, ends, at],
    );
  },

  async 'people-revoke-key'(tx, { body, at }) {
    const { id, key, compromised } = body;
    await tx.query(
      `UPDATE person_keys SET revoked_at = coalesce(revoked_at, $3),
         compromised = compromised OR $4 WHERE person_id = $1 AND kid = $2`,
      [id, key, at, compromised],
    );
  },

  /** Ends a person's enrolment and every key of theirs. */
  async 'people-revoke'(tx, { body, at }) {
    const { id, compromised } = body;
    await tx.query('UPDATE people SET revoked_at = coalesce(revoked_at, $2) WHERE person_id = $1', [
      id,
      at,
    ]);
    await tx.query(
      `UPDATE person_keys SET revoked_at = coalesce(revoked_at, $2),
         compromised = compromised OR $3 WHERE person_id = $1`,
      [id, at, compromised],
    );
  },

  async 'people-stand-in'(tx, { body: { id, standIn, from, until } }) {
    await tx.query(
      `INSERT INTO stand_ins (person_id, stand_in_id, valid_from, valid_until)
       VALUES ($1, $2, $3, $4)`,
      [id, standIn, from, until],
    );
  },
};

/** Puts a key into the table, in the one form in which it is stored; one that is there stays. */
export async function insertKey(
  tx: Queryable,
  { id, publicKey, at }: { id: string; publicKey: string; at: string },
): Promise<void> {
  const pem = createPublicKey(publicKey).export({ type: 'spki', format: 'pem' });
  await tx.query(
    `INSERT INTO person_keys (kid, person_id, public_key, valid_from)
     VALUES ($1, $2, $3, $4) ON CONFLICT (kid) DO NOTHING`,
    [keyIdOf(publicKey), id, pem, at],
  );
}
