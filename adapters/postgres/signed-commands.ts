import type { CommandEnvelope } from '../../contracts/command';
import { decodeCommand, verifySignature } from '../../proof/command-jws';
import { sha256Hex } from '../../proof/digest';
import { entryHash, readEntry } from '../../proof/evidence-chain';
import { heldRoles, type Registry } from '../../proof/registry';
import type { Queryable } from './pool';
import { isKeyOf, readRegistry } from './registry';

/** A command whose signature holds, as sealed in evidence when it was accepted. */
export type SignedCommand = {
  envelope: CommandEnvelope;
  /** The person's roles in the registry at that time. */
  roles: string[];
  acceptedAt: string;
  seq: number;
  /** When its key was revoked, if it was, since then. */
  revokedAt?: string;
};

/** What stands against a stored command: it counts for nothing. */
export type FlawedCommand = { flaw: string };

type Row = {
  jti: string;
  person: string;
  kid: string;
  jws: string;
  accepted: boolean;
  revoked_at: Date | null;
  valid_until: Date | null;
  valid_from: Date;
  compromised: boolean;
  key_owner: string;
  public_key: string;
  seq: string | null;
  entry: string;
  prev_hash: string;
  hash: string;
};

const sql = `
  SELECT c.jti, c.person_id AS person, c.kid, c.jws, c.accepted, k.person_id AS key_owner,
    k.public_key, k.valid_from, k.valid_until, k.revoked_at, k.compromised,
    e.seq, e.entry, e.prev_hash, e.hash
  FROM commands c JOIN person_keys k USING (kid)
  LEFT JOIN evidence e
    ON e.chain = $1 AND e.kind = $2 AND e.entry::jsonb #>> '{body,jti}' = c.jti
  WHERE c.jti = ANY ($3)`;

/**
 * The stored commands of `jtis`, each verified again from its text: key, signature, evidence.
 *
 * Method: the key is judged as of the acceptance sealed in evidence; one known as compromised is
 * worth nothing at any time.
 */
export async function readSignedCommands(
  db: Queryable,
  given: { incidentId: string; evidenceKind: string; jtis: string[] },
): Promise<Map<string, SignedCommand | FlawedCommand>> {
  const { incidentId, evidenceKind, jtis } = given;
  if (jtis.length === 0) return new Map();
  const { rows } = await db.query<Row>(sql, [incidentId, evidenceKind, jtis]);
  const registry = await readRegistry(db);
  return new Map(rows.map((row) => [row.jti, judge(row, { incidentId, registry })]));
}

function judge(
  row: Row,
  { incidentId, registry }: { incidentId: string; registry: Registry },
): SignedCommand | FlawedCommand {
  const sealed = readSeal(row);
  if ('flaw' in sealed) return sealed;
  const { roles, at, seq } = sealed;
  const decoded = decodeCommand(row.jws);
  if ('malformed' in decoded) return { flaw: `the command cannot be read: ${decoded.malformed}` };
  const { envelope, header } = decoded;
  const same = header.kid === row.kid && envelope.jti === row.jti && envelope.iss === row.person;
  if (!same || !row.accepted || row.key_owner !== row.person) {
    return { flaw: 'the row says something else than the signed text' };
  }
  if (envelope.incident !== incidentId) return { flaw: `signed for ${envelope.incident}` };
  if (!verifySignature(decoded, row.public_key)) return { flaw: 'the signature does not hold' };
  const flaw = keyFlaw(row, { registry, at, roles });
  if (flaw !== undefined) return { flaw };
  const revokedAt = revocationOf(row, registry);
  return {
    envelope,
    roles,
    acceptedAt: at,
    seq,
    ...(revokedAt === undefined ? {} : { revokedAt }),
  };
}

/** Why a key gave its signature no weight when the command was accepted. */
function keyFlaw(
  row: Row,
  { registry, at, roles }: { registry: Registry; at: string; roles: string[] },
): string | undefined {
  const { kid, person } = row;
  const told = registry.keys.get(kid);
  if (told?.person !== person || !isKeyOf(kid, row.public_key)) {
    return `the registry gives ${person} no such key`;
  }
  if (!heldRoles(registry, { person, roles, at })) {
    return `the registry gave ${person} other roles then`;
  }
  const time = Date.parse(at);
  const ends = [row.valid_until?.toISOString(), told.endedAt, revocationOf(row, registry)];
  const ended = ends.some((end) => end !== undefined && Date.parse(end) <= time);
  const begun = row.valid_from.getTime() <= time;
  const valid = begun && !ended && !row.compromised && !told.compromised;
  return valid ? undefined : 'the key was not valid';
}

/** By row or by chain, whichever came first: nobody brings a revoked key back by one of them. */
function revocationOf(row: Row, { keys, people }: Registry): string | undefined {
  const told = [keys.get(row.kid)?.revokedAt, people.get(row.person)?.revokedAt];
  const known = [row.revoked_at?.toISOString(), ...told].filter((each) => each !== undefined);
  return known.sort()[0];
}

/** What the evidence of the acceptance says, provided its text is the one that was hashed. */
function readSeal(row: Row): { roles: string[]; at: string; seq: number } | FlawedCommand {
  if (row.seq === null) return { flaw: 'there is no evidence that it was accepted' };
  const content = readEntry(row.entry);
  if (typeof content === 'string' || entryHash(row.prev_hash, row.entry) !== row.hash) {
    return { flaw: `entry ${row.seq} of the evidence is broken` };
  }
  const { jwsDigest, roles } = content.body;
  if (content.actor !== row.person || jwsDigest !== sha256Hex(row.jws) || !Array.isArray(roles)) {
    return { flaw: `entry ${row.seq} of the evidence is about another command` };
  }
  return { roles: roles.map(String), at: content.at, seq: content.seq };
}
