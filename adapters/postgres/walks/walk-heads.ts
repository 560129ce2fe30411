import type { HeadsCompared, HeadWitnesses } from '../../../activities/ports/evidence-log';
import { readSignedHead, type SeenHead } from '../../../proof/signed-head';
import type { Queryable } from '../pool';
import type { Break, Sealed } from './sealed';

/** Where a chain's head was seen, and as what. */
type Seen = SeenHead & { where: string };

/**
 * Walks from every place where the chain's head was seen to the entry that must stand there still:
 * what the instance signed, what documents say that people have read, and what `witnesses` bring
 * from elsewhere.
 */
export async function walkHeads(
  db: Queryable,
  { sealed, witnesses }: { sealed: Sealed; witnesses: HeadWitnesses },
): Promise<Break | HeadsCompared> {
  const { chain } = sealed;
  const signed = await signedHeads(db, { chain, key: witnesses.instanceKeyPem });
  if ('what' in signed) return signed;
  const documents = await headsInDocuments(db, chain);
  const inThem = await signedInDocuments(db, { chain, key: witnesses.instanceKeyPem });
  if ('what' in inThem) return inThem;
  const workflow = witnesses.inWorkflow?.map((head) => {
    return { ...head, chain, where: 'the workflow keeps' };
  });
  for (const seen of [...signed, ...documents, ...inThem, ...(workflow ?? [])]) {
    const flaw = headFlaw(sealed, seen);
    if (flaw !== undefined) return flaw;
  }
  const compared = { signed: signed.length, documents: documents.length };
  return { ...compared, workflow: workflow?.length ?? null };
}

function headFlaw(sealed: Sealed, { seq, hash, where }: Seen): Break | undefined {
  const { hashes } = sealed;
  const now = hashes.of(seq);
  if (seq === 0 || now === hash) return undefined;
  if (now === undefined) {
    const what = `${where} an entry ${seq} ${hash}; the chain ends at ${hashes.length}: it was cut`;
    return { seq: hashes.length + 1, what };
  }
  return { seq, what: `${where} another entry ${seq}, ${hash}; found ${now}` };
}

async function signedHeads(
  db: Queryable,
  { chain, key }: { chain: string; key: string | undefined },
): Promise<Seen[] | Break> {
  if (key === undefined) return [];
  const { rows } = await db.query<{ seq: number; jws: string }>(
    'SELECT seq::integer, jws FROM signed_heads WHERE chain = $1 ORDER BY signed_heads.seq',
    [chain],
  );
  const heads: Seen[] = [];
  for (const { seq, jws } of rows) {
    const head = readSignedHead(jws, key);
    if ('flaw' in head) return { seq, what: `the signed head ${seq}: ${head.flaw}` };
    if (head.chain !== chain || head.seq !== seq) {
      return { seq, what: `the signed head ${seq} is of entry ${head.seq} of ${head.chain}` };
    }
    heads.push({ ...head, where: 'the instance has signed' });
  }
  return heads;
}

/** Dossier and post-mortem name the head they were written at; people hold copies of them. */
async function headsInDocuments(db: Queryable, chain: string): Promise<Seen[]> {
  const { rows } = await db.query<{ kind: string; seq: number; hash: string }>(
    `SELECT kind, found[1]::integer AS seq, found[2] AS hash
     FROM documents, regexp_match(
       CASE media_type WHEN 'text/markdown' THEN convert_from(body, 'UTF8') END,
       'Evidence up to entry ([0-9]{1,9}), head ([0-9a-f]{64})') AS found
     WHERE incident_id = $1 AND found IS NOT NULL
     ORDER BY drafted_at, digest`,
    [chain],
  );
  return rows.map(({ kind, ...head }) => ({ ...head, chain, where: `the ${kind} names` }));
}

/** The post-mortem carries the newest head that the instance had signed by then. */
async function signedInDocuments(
  db: Queryable,
  { chain, key }: { chain: string; key: string | undefined },
): Promise<Seen[] | Break> {
  if (key === undefined) return [];
  const { rows } = await db.query<{ kind: string; jws: string }>(
    `SELECT kind, found[1] AS jws FROM documents, regexp_match(
       CASE media_type WHEN 'text/markdown' THEN convert_from(body, 'UTF8') END,
       'Signed by the instance: .([A-Za-z0-9_.-]+)') AS found
     WHERE incident_id = $1 AND found IS NOT NULL ORDER BY drafted_at, digest`,
    [chain],
  );
  const heads: Seen[] = [];
  for (const { kind, jws } of rows) {
    const head = readSignedHead(jws, key);
    if ('flaw' in head) return { seq: 0, what: `the head in the ${kind}: ${head.flaw}` };
    heads.push({ ...head, where: `the ${kind} carries` });
  }
  return heads;
}
