import type { CommandBody, PeopleKind } from '../../../contracts/command';
import type { Refusal } from '../../../domain/command-refusal';
import { activeAdmins, liveKeys, type Registry } from '../../../proof/registry';
import { keyIdOf } from '../../../proof/registry-words';
import type { Queryable } from '../pool';

/** Names that stand for something else where a person's id would be read. */
const reservedIds = ['makewhole', 'registry', 'instance-key', 'firm'];

/** Why a change of the registry is refused. */
type Obstacle = Refusal;

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

function leavesNoAdmin(registry: Registry, id: string): Obstacle | undefined {
  const admins = activeAdmins(registry);
  return admins.length === 1 && admins[0] === id
    ? blocked(`${id} is the only admin; enrol another admin first`)
    : undefined;
}

type KeyOwner = { owner: string; revoked: boolean };

async function keyObstacle(
  tx: Queryable,
  { body, registry }: { body: { id: string; publicKey: string }; registry: Registry },
): Promise<Obstacle | 'new' | 'held'> {
  const kid = keyIdOf(body.publicKey);
  if (kid === registry.instanceKey) return blocked(`key ${kid} is the installation's own`);
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

type Wanted<K extends PeopleKind> = { body: CommandBody<K>; registry: Registry };

const nobody = (id: string): Obstacle => {
  return { code: 'NOT_FOUND', message: `nobody is enrolled as ${id}; see ./makewhole people list` };
};

async function toAdding(
  tx: Queryable,
  { body, registry }: Wanted<'people-add'>,
): Promise<Obstacle | undefined> {
  const { id, name, email, roles, interests, timeZone, calendar } = body;
  if (reservedIds.includes(id)) return blocked(`${id} is a name of the system; take another id`);
  const key = await keyObstacle(tx, { body, registry });
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
  return roles.includes('admin') ? undefined : leavesNoAdmin(registry, id);
}

async function toChanging(
  tx: Queryable,
  { body, registry }: Wanted<'people-change'>,
): Promise<Obstacle | undefined> {
  const { id, name, email, roles, interests, timeZone, calendar } = body;
  const person = await find(tx, id);
  if (person === undefined || person.revoked) return nobody(id);
  const { rowCount } = await tx.query(
    `SELECT FROM people WHERE person_id = $1 AND name = coalesce($2, name)
       AND email = coalesce($3, email) AND roles = coalesce($4, roles)
       AND interests = coalesce($5, interests)
       AND ($6::text IS NULL OR time_zone = $6) AND ($7::text IS NULL OR calendar = $7)`,
    [id, name, email, roles, interests, timeZone, calendar],
  );
  if (rowCount === 1) {
    return { code: 'ALREADY_DONE', message: `this is what is said of ${id} already` };
  }
  const stays = roles?.includes('admin') ?? true;
  return stays ? undefined : leavesNoAdmin(registry, id);
}

async function toAddingKey(
  tx: Queryable,
  { body, registry }: Wanted<'people-add-key'>,
): Promise<Obstacle | undefined> {
  const { id, publicKey, ends } = body;
  const person = await find(tx, id);
  if (person === undefined || person.revoked) return nobody(id);
  const key = await keyObstacle(tx, { body, registry });
  if (typeof key === 'object') return key;
  if (ends !== undefined && (ends === keyIdOf(publicKey) || !liveKeys(registry, id).includes(ends)))
    return { code: 'NOT_FOUND', message: `${id} has no other key ${ends} that could end` };
  if (key === 'new' || ends !== undefined) return undefined;
  return { code: 'ALREADY_DONE', message: `${id} has this key already` };
}

async function toRevokingKey(
  _: Queryable,
  { body, registry }: Wanted<'people-revoke-key'>,
): Promise<Obstacle | undefined> {
  const { id, key, compromised } = body;
  const known = registry.keys.get(key);
  if (known?.person !== id) return { code: 'NOT_FOUND', message: `${id} has no key ${key}` };
  if (known.revokedAt !== undefined && (known.compromised || !compromised)) {
    return { code: 'ALREADY_DONE', message: `key ${key} is revoked already` };
  }
  const left = liveKeys(registry, id).filter((each) => each !== key);
  return left.length > 0 ? undefined : leavesNoAdmin(registry, id);
}

/** A revocation can still become one for compromise. */
async function toRevoking(
  tx: Queryable,
  { body: { id, compromised }, registry }: Wanted<'people-revoke'>,
): Promise<Obstacle | undefined> {
  const person = await find(tx, id);
  if (person === undefined) return nobody(id);
  if (person.revoked && (person.compromised || !compromised)) {
    return { code: 'ALREADY_DONE', message: `${id} is revoked already` };
  }
  return leavesNoAdmin(registry, id);
}

/** Whoever stands in must be enrolled and share a role. */
async function toStandingIn(
  tx: Queryable,
  { body: { id, standIn, from, until } }: Wanted<'people-stand-in'>,
): Promise<Obstacle | undefined> {
  if (id === standIn) return blocked('nobody stands in for themselves');
  if (Date.parse(from) >= Date.parse(until)) return blocked(`${until} is not after ${from}`);
  const [person, other] = [await find(tx, id), await find(tx, standIn)];
  const missing = person === undefined || person.revoked ? id : standIn;
  if (person === undefined || person.revoked || other === undefined || other.revoked) {
    return nobody(missing);
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

type Obstructs<K extends PeopleKind> = (
  tx: Queryable,
  wanted: Wanted<K>,
) => Promise<Obstacle | undefined>;

/** What speaks against a change of the registry, its kind by its own rules. */
export const peopleObstacles: { readonly [K in PeopleKind]: Obstructs<K> } = {
  'people-add': toAdding,
  'people-change': toChanging,
  'people-add-key': toAddingKey,
  'people-revoke-key': toRevokingKey,
  'people-revoke': toRevoking,
  'people-stand-in': toStandingIn,
};
