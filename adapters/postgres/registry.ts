import { readPublicKey } from '../../proof/key-id';
import { copyOfRegistry, emptyRegistry, type Registry } from '../../proof/registry';
import { addEntry, type RegistryEntry } from '../../proof/registry-entries';
import { pagesOf } from './pages';
import type { Queryable } from './pool';

/**
 * Registries as read before, by the hash of the chain's head: a hash stands for all that went
 * before it, so that nothing has to be read again until somebody is enrolled.
 */
const read = new Map<string, Registry>();
const keptMax = 8;

type Head = { seq: number; hash: string };

/**
 * The registry of people as its signed chain tells it, and not as the tables do.
 *
 * Ensures: a row that somebody wrote into `people` or `person_keys` gives nobody a key or a role.
 */
export async function readRegistry(db: Queryable, head?: string | null): Promise<Registry> {
  const hash = head === undefined ? (await headsOf(db, []))[0]?.hash : head;
  const known = read.get(hash ?? '');
  if (known !== undefined) return known;
  const registry = await readOn(db, await nearest(db));
  if (registry.broken === undefined && registry.head.seq > 0) keep(registry);
  return registry;
}

function keep(registry: Registry): void {
  read.delete(registry.head.hash);
  read.set(registry.head.hash, registry);
  const [oldest] = read.keys();
  if (read.size > keptMax && oldest !== undefined) read.delete(oldest);
}

/** The newest entry, or those of these numbers. */
async function headsOf(db: Queryable, seqs: readonly number[]): Promise<Head[]> {
  const { rows } = await db.query<Head>(
    `SELECT seq::integer, hash FROM evidence WHERE chain = 'registry'
       AND (seq = ANY ($1) OR cardinality($1::bigint[]) = 0) ORDER BY evidence.seq DESC LIMIT 100`,
    [seqs],
  );
  return rows;
}

/** What was read before and still is how this chain begins. */
async function nearest(db: Queryable): Promise<Registry> {
  if (read.size === 0) return emptyRegistry();
  const heads = await headsOf(
    db,
    [...read.values()].map(({ head }) => head.seq),
  );
  const found = heads.map(({ hash }) => read.get(hash)).find((each) => each !== undefined);
  return found === undefined ? emptyRegistry() : copyOfRegistry(found);
}

async function readOn(db: Queryable, registry: Registry): Promise<Registry> {
  const values = [registry.head.seq];
  for await (const row of pagesOf<RegistryEntry>(db, { sql, values, keyOf: ({ seq }) => seq })) {
    addEntry(registry, row);
    if (registry.broken !== undefined) break;
  }
  return registry;
}

const sql = `
  SELECT e.seq::integer, e.kind, e.entry, e.prev_hash AS "prevHash", e.hash, c.jws,
    k.public_key AS "publicKey"
  FROM evidence e
  LEFT JOIN commands c ON e.kind = 'person' AND c.jti = e.entry::jsonb #>> '{body,jti}'
  LEFT JOIN person_keys k ON e.kind = 'person' AND k.kid = e.entry::jsonb #>> '{body,kid}'
  WHERE e.chain = 'registry' AND e.seq > coalesce($1::bigint, $3::bigint)
  ORDER BY e.seq LIMIT $2`;

/** A key whose text stands in a row, under the id that its row gives it. */
export function isKeyOf(kid: string, publicKeyPem: string): boolean {
  try {
    return readPublicKey(publicKeyPem).kid === kid;
  } catch {
    return false;
  }
}
