import { assert } from '../../domain/assert';
import { firstRefusal, type CommandFacts, type Refusal } from '../../domain/command-refusal';
import { verifySignature, type DecodedCommand } from '../../proof/command-jws';
import type { Queryable } from './pool';

/** The enrolled person behind a key, with the facts that may speak against the key. */
export type Signer = {
  person: { id: string; roles: string[]; interests: string[] };
  publicKey: string;
  key: Exclude<NonNullable<CommandFacts['key']>, 'unknown'>;
};

type SignerRow = {
  kid: string;
  person: string;
  roles: string[];
  interests: string[];
  public_key: string;
  valid_from: Date;
  valid_until: Date | null;
  revoked_at: Date | null;
};

const seconds = (instant: Date): number => instant.getTime() / 1000;

/** Finds who enrolled each of these keys; a person who has left has no valid key either. */
export async function readSigners(db: Queryable, kids: string[]): Promise<Map<string, Signer>> {
  const { rows } = await db.query<SignerRow>(
    `SELECT k.kid, p.person_id AS person, p.roles, p.interests, k.public_key, k.valid_from,
       k.valid_until, least(k.revoked_at, p.revoked_at) AS revoked_at
     FROM person_keys k JOIN people p USING (person_id) WHERE k.kid = ANY ($1)`,
    [kids],
  );
  return new Map(rows.map((row) => [row.kid, signerOf(row)]));
}

function signerOf(row: SignerRow): Signer {
  const { person, roles, interests } = row;
  return {
    person: { id: person, roles, interests },
    publicKey: row.public_key,
    key: {
      person,
      validFrom: seconds(row.valid_from),
      ...(row.valid_until === null ? {} : { validUntil: seconds(row.valid_until) }),
      ...(row.revoked_at === null ? {} : { revokedAt: seconds(row.revoked_at) }),
    },
  };
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

/** Whether the incident a command names is there, open, and the one whose desk it came to. */
export async function incidentFacts(
  db: Queryable,
  { named, asked }: { named: string; asked: string },
): Promise<NonNullable<CommandFacts['incident']>> {
  const { rows } = await db.query<{ closed: boolean }>(
    'SELECT closed_at IS NOT NULL AS closed FROM incidents WHERE incident_id = $1',
    [named],
  );
  const [row] = rows;
  // A command about people names the registry: known, and never an incident's desk.
  const known = row !== undefined || named === 'registry';
  return { named, asked, known, closed: row?.closed ?? false };
}
