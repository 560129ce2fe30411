import { createPublicKey } from 'node:crypto';
import type { CommandBody } from '../../../contracts/command';
import type { Refusal } from '../../../domain/command-refusal';
import { kidOf } from '../../../proof/key-id';
import type { Queryable } from '../pool';

/** Names that stand for something else where a person's id would be read. */
const reservedIds = ['makewhole', 'registry', 'instance-key', 'firm'];

/** Why a change of the registry is refused. */
export type Obstacle = Refusal;

const blocked = (message: string): Obstacle => ({ code: 'OPTION_BLOCKED', message });

type Enrolled = { roles: string[]; revoked: boolean; compromised: boolean };

async function find(tx: Queryable, id: string): Promise<Enrolled | undefined> {
  const { rows } = await tx.query<Enrolled>(
    `SELECT roles, revoked_at IS NOT NULL AS revoked,
       EXISTS (SELECT FROM person_keys k WHERE k.person_id = p.person_id AND k.compromised)
         AS compromised
     FROM people p WHERE person_id = $1`,
    [id],
  );
  return rows[0];
}

/** Those who hold the role admin now, by id. */
export async function activeAdmins(tx: Queryable): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `SELECT person_id AS id FROM people
     WHERE 'admin' = ANY (roles) AND revoked_at IS NULL ORDER BY 1`,
  );
  return rows.map(({ id }) => id);
}

async function leavesNoAdmin(tx: Queryable, id: string): Promise<Obstacle | undefined> {
  const admins = await activeAdmins(tx);
  return admins.length === 1 && admins[0] === id
    ? blocked(`${id} is the only admin; enrol another admin first`)
    : undefined;
}

type KeyOwner = { owner: string; revoked: boolean };

async function keyObstacle(
  tx: Queryable,
  body: CommandBody<'people-add'>,
): Promise<Obstacle | 'new' | 'held'> {
  const kid = kidOf(createPublicKey(body.publicKey));
  const { rows } = await tx.query<KeyOwner>(
    `SELECT person_id AS owner, revoked_at IS NOT NULL AS revoked FROM person_keys
     WHERE kid = $1`,
    [kid],
  );
  const [known] = rows;
  if (known === undefined) return 'new';
  if (known.owner !== body.id)
    return blocked(`key ${kid} is ${known.owner}'s: one key, one person`);
  return known.revoked ? blocked(`key ${kid} was revoked; make a new key for ${body.id}`) : 'held';
}

/** What speaks against enrolling a person, or against changing one who is enrolled. */
export async function obstacleToAdding(
  tx: Queryable,
  body: CommandBody<'people-add'>,
): Promise<Obstacle | undefined> {
  const { id, name, email, roles, interests, timeZone, calendar } = body;
  if (reservedIds.includes(id)) return blocked(`${id} is a name of the system; take another id`);
  const key = await keyObstacle(tx, body);
  if (typeof key === 'object') return key;
  if (key === 'held') {
    const { rowCount } = await tx.query(
      `SELECT FROM people WHERE person_id = $1 AND name = $2 AND email = $3 AND roles = $4
         AND interests = $5 AND time_zone IS NOT DISTINCT FROM $6
         AND calendar IS NOT DISTINCT FROM $7 AND revoked_at IS NULL`,
      [id, name, email, roles, interests, timeZone, calendar],
    );
    if (rowCount === 1) {
      return { code: 'ALREADY_DONE', message: `${id} is enrolled with exactly this already` };
    }
  }
  return roles.includes('admin') ? undefined : leavesNoAdmin(tx, id);
}

/** What speaks against revoking a person; a revocation can still become one for compromise. */
export async function obstacleToRevoking(
  tx: Queryable,
  { id, compromised }: CommandBody<'people-revoke'>,
): Promise<Obstacle | undefined> {
  const person = await find(tx, id);
  if (person === undefined) return { code: 'NOT_FOUND', message: `nobody is enrolled as ${id}` };
  if (person.revoked && (person.compromised || !compromised)) {
    return { code: 'ALREADY_DONE', message: `${id} is revoked already` };
  }
  return leavesNoAdmin(tx, id);
}

/** What speaks against a stand-in: he or she must be enrolled and share a role. */
export async function obstacleToStandingIn(
  tx: Queryable,
  { id, standIn, from, until }: CommandBody<'people-stand-in'>,
): Promise<Obstacle | undefined> {
  if (id === standIn) return blocked('nobody stands in for themselves');
  if (Date.parse(from) >= Date.parse(until)) return blocked(`${until} is not after ${from}`);
  const [person, other] = [await find(tx, id), await find(tx, standIn)];
  const missing = person === undefined || person.revoked ? id : standIn;
  if (person === undefined || person.revoked || other === undefined || other.revoked) {
    return { code: 'NOT_FOUND', message: `nobody is enrolled as ${missing}` };
  }
  if (!person.roles.some((role) => other.roles.includes(role))) {
    return blocked(`${standIn} shares no role with ${id}, who holds ${person.roles.join(', ')}`);
  }
  const { rowCount } = await tx.query(
    `SELECT FROM stand_ins WHERE person_id = $1 AND stand_in_id = $2
       AND valid_from = $3 AND valid_until >= $4`,
    [id, standIn, from, until],
  );
  if (rowCount === 0) return undefined;
  return { code: 'ALREADY_DONE', message: `${standIn} stands in for ${id} already at that time` };
}
