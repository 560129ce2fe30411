import type { CommandAnswer } from '../../contracts/command';
import { assert } from '../../domain/assert';
import { firstRefusal, type CommandFacts, type Refusal } from '../../domain/command-refusal';
import { verifySignature, type DecodedCommand } from '../../proof/command-jws';
import type { ChainHead } from '../../proof/evidence-chain';
import type { Registry } from '../../proof/registry';
import type { Queryable } from './pool';
import { isKeyOf, readRegistry } from './registry';

/** The enrolled person behind a key, with the facts that may speak against the key. */
export type Signer = {
  person: { id: string; roles: string[]; interests: string[] };
  publicKey: string;
  key: Exclude<NonNullable<CommandFacts['key']>, 'unknown'>;
  /** How far the registry's chain had come that all this is told by. */
  registryHead: ChainHead;
  /** Whether commands of the key were refused, and none accepted since. */
  inSeries: boolean;
};

/** What `command_facts` answers; null stands for what is not on file. */
export type FactsRow = {
  desk_known: boolean;
  named_closed: boolean | null;
  digest: string | null;
  answer: CommandAnswer | null;
  /** The hash of the registry's newest entry. */
  head: string | null;
} & (KeyRow | { kid: null });

type KeyRow = {
  kid: string;
  person: string;
  public_key: string;
  valid_from: Date;
  valid_until: Date | null;
  revoked_at: Date | null;
  in_series: boolean;
};

const inSeconds = (instant: Date | string): number => new Date(instant).getTime() / 1000;

/**
 * Finds who enrolled each of these keys; a person who has left has no valid key either.
 *
 * Ensures: keys, roles and interests are those that the signed chain of the registry tells. Rows
 * can only take away: a key that stands in no believed entry is nobody's, whoever wrote its row.
 */
export async function signersOf(
  db: Queryable,
  rows: readonly FactsRow[],
): Promise<Map<string, Signer>> {
  const registry = await readRegistry(db, rows[0]?.head ?? null);
  const signers = new Map<string, Signer>();
  for (const row of rows) {
    const signer = row.kid === null ? undefined : signerOf(row, registry);
    if (row.kid !== null && signer !== undefined) signers.set(row.kid, signer);
  }
  return signers;
}

function signerOf(row: KeyRow, { keys, people, head }: Registry): Signer | undefined {
  const key = keys.get(row.kid);
  const person = people.get(row.person);
  if (key?.person !== row.person || person === undefined) return undefined;
  if (!isKeyOf(row.kid, row.public_key)) return undefined;
  const { roles, interests } = person;
  return {
    person: { id: row.person, roles, interests },
    publicKey: row.public_key,
    registryHead: head,
    inSeries: row.in_series,
    key: {
      person: row.person,
      validFrom: inSeconds(row.valid_from),
      ...earliest('validUntil', [row.valid_until, key.endedAt]),
      ...earliest('revokedAt', [row.revoked_at, key.revokedAt, person.revokedAt]),
    },
  };
}

function earliest<K extends string>(
  name: K,
  instants: readonly (Date | string | null | undefined)[],
): Partial<Record<K, number>> {
  const known = instants.flatMap((each) => (each ? [inSeconds(each)] : []));
  return known.length === 0 ? {} : ({ [name]: Math.min(...known) } as Record<K, number>);
}

/** The facts about who signed, when, and whether the signature holds. */
export function signingFacts(given: {
  decoded: DecodedCommand;
  signer: Signer | undefined;
  at: string;
}): CommandFacts {
  const { decoded, signer, at } = given;
  const { iss, kind, subject, iat, exp } = decoded.envelope;
  return {
    now: Date.parse(at) / 1000,
    claims: { iss, kid: decoded.header.kid, kind, subject, iat, exp },
    key: signer?.key ?? 'unknown',
    ...(signer === undefined
      ? {}
      : { signatureHolds: verifySignature(decoded, signer.publicKey), roles: signer.person.roles }),
  };
}

/**
 * Why nobody who is enrolled can have signed it; undefined when the key of whom it names did.
 *
 * Ensures: asks nothing about what the command is about, so that strangers learn nothing of it.
 */
export function unsignedRefusal(facts: CommandFacts): Refusal | undefined {
  const { key, claims, signatureHolds } = facts;
  const known = key !== undefined && key !== 'unknown' && key.person === claims?.iss;
  if (known && signatureHolds === true) return undefined;
  const refusal = firstRefusal(facts);
  assert(refusal !== undefined, 'what no known key has signed is refused');
  return refusal;
}
