import type { CommandEnvelope } from '../../../contracts/command';
import { decodeCommand, verifySignature } from '../../../proof/command-jws';
import { sha256Hex } from '../../../proof/digest';
import { pagesOf } from '../pages';
import type { Queryable } from '../pool';
import type { Break, Sealed, SealedCommand } from './sealed';

type CommandRow = {
  jti: string;
  person: string;
  kid: string;
  kind: string;
  jws: string;
  jwsDigest: string;
  accepted: boolean;
  code: string | null;
  keyOwner: string;
  publicKey: string;
};

const sql = `
  SELECT c.jti, c.person_id AS person, c.kid, c.kind, c.jws, c.jws_digest AS "jwsDigest",
    c.accepted, c.code, k.person_id AS "keyOwner", k.public_key AS "publicKey"
  FROM commands c JOIN person_keys k USING (kid)
  WHERE c.incident_id IS NOT DISTINCT FROM $3 AND ($1::text IS NULL OR c.jti > $1)
  ORDER BY c.jti LIMIT $2`;

/** What the row says that its own signed text does not, or undefined. */
function rowFlaw(row: CommandRow): CommandEnvelope | string {
  if (sha256Hex(row.jws) !== row.jwsDigest) return 'its text has another digest';
  const decoded = decodeCommand(row.jws);
  if ('malformed' in decoded) return `its text cannot be read (${decoded.malformed})`;
  const { envelope, header } = decoded;
  if (envelope.jti !== row.jti || envelope.kind !== row.kind || header.kid !== row.kid) {
    return 'its row says something else than its text';
  }
  if (envelope.iss !== row.person || row.keyOwner !== row.person) {
    return `it counts for ${row.person}, whose key did not sign it`;
  }
  return verifySignature(decoded, row.publicKey) ? envelope : 'its signature does not hold';
}

/** What the entry says that the row does not, or undefined. */
function sealFlaw(row: CommandRow, entry: SealedCommand): string | undefined {
  const { kind, actor, body } = entry;
  if (body['jwsDigest'] !== row.jwsDigest) return 'its entry is of another text';
  if (actor !== row.person) return `its entry names ${actor}, its row ${row.person}`;
  if (row.accepted !== (kind !== 'refusal')) return 'its row and its entry differ on acceptance';
  if (kind === 'refusal' && body['code'] !== row.code) return 'its entry has another refusal code';
  return undefined;
}

/** The head of the chain as the signer saw it must still stand where it stood. */
function headFlaw(sealed: Sealed, envelope: CommandEnvelope): string | undefined {
  const { evidenceHead } = envelope.body as { evidenceHead?: { seq: number; hash: string } };
  if (evidenceHead === undefined || evidenceHead.seq === 0) return undefined;
  const { seq, hash } = evidenceHead;
  const now = sealed.hashes.of(seq);
  if (now === hash) return undefined;
  const found = now === undefined ? `the chain ends at ${sealed.hashes.length}` : `found ${now}`;
  return `${envelope.iss} signed with entry ${seq} being ${hash} before them; ${found}`;
}

function judge(sealed: Sealed, row: CommandRow): Break | undefined {
  const name = `command ${row.jti} (${row.kind})`;
  const entry = sealed.commands.get(row.jti);
  if (entry === undefined) return { seq: 0, what: `${name} stands in no entry` };
  const read = rowFlaw(row);
  const flaw = typeof read === 'string' ? read : sealFlaw(row, entry);
  if (flaw !== undefined) return { seq: entry.seq, what: `${name}: ${flaw}` };
  if (typeof read === 'string' || !row.accepted) return undefined;
  const head = headFlaw(sealed, read);
  return head === undefined ? undefined : { seq: entry.seq, what: `${name}: ${head}` };
}

/** Walks from the stored commands to the chain and back: each stands in both, and says the same. */
export async function walkCommands(db: Queryable, sealed: Sealed): Promise<Break | undefined> {
  const unseen = new Map(sealed.commands);
  const of = sealed.chain === 'registry' ? null : sealed.chain;
  const pages = pagesOf<CommandRow>(db, { sql, values: [of], keyOf: ({ jti }) => jti });
  for await (const row of pages) {
    const broken = judge(sealed, row);
    if (broken !== undefined) return broken;
    unseen.delete(row.jti);
  }
  const [lost] = unseen;
  if (lost === undefined) return undefined;
  return { seq: lost[1].seq, what: `its command ${lost[0]} is missing from the table of commands` };
}
