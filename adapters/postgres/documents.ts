import type { Pool } from 'pg';
import type { Documents, StoredDocument } from '../../activities/ports/documents';
import { sha256Hex } from '../../proof/digest';
import { readCaseFile } from './case-file';
import { dossierFacts } from './dossier-facts';
import { appendEvidence } from './evidence';
import { inTransaction, type Queryable } from './pool';
import { postMortemFacts } from './post-mortem-facts';

/** The documents in Postgres. */
export function postgresDocuments(pool: Pool): Documents {
  const inSnapshot = <T>(work: (tx: Queryable) => Promise<T>) =>
    inTransaction(pool, async (tx) => {
      await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
      return work(tx);
    });
  return {
    dossierFacts: (incidentId) =>
      inSnapshot(async (tx) => dossierFacts(tx, await readCaseFile(tx, incidentId))),
    postMortemFacts: (incidentId) =>
      inSnapshot(async (tx) => postMortemFacts(tx, await readCaseFile(tx, incidentId))),
    keep: (given) => inTransaction(pool, (tx) => keep(tx, given)),
    newest: (of) => read(pool, of),
    read: (of) => read(pool, of),
    async previous(of) {
      const found = await read(pool, of);
      return found === null ? null : read(pool, { ...of, digest: undefined, before: found.number });
    },
    async bytes({ incidentId, digest }) {
      const { rows } = await pool.query<{ body: Buffer }>(
        'SELECT body FROM documents WHERE incident_id = $1 AND digest = $2',
        [incidentId, digest],
      );
      return rows[0]?.body ?? null;
    },
  };
}

async function keep(
  tx: Queryable,
  given: Parameters<Documents['keep']>[0],
): Promise<{ digest: string }> {
  const { incidentId, kind, body: text, pdf, at } = given;
  const digest = sha256Hex(text);
  const { rowCount } = await tx.query(
    `INSERT INTO documents (digest, incident_id, kind, media_type, body, drafted_at, pdf)
     VALUES ($1, $2, $3, 'text/markdown', $4, $5, $6) ON CONFLICT (digest) DO NOTHING`,
    [digest, incidentId, kind, Buffer.from(text), at, pdf ?? null],
  );
  if (rowCount === 0) return { digest };
  const whole = { digest, bytes: Buffer.byteLength(text) };
  // Whoever holds the PDF finds it here, and the text that was signed beside it.
  const body = pdf === undefined ? whole : { ...whole, pdf: sha256Hex(pdf) };
  await appendEvidence(tx, { chain: incidentId, at, actor: 'makewhole', kind, body });
  return { digest };
}

type Row = Omit<StoredDocument, 'body' | 'draftedAt'> & { body: Buffer; draftedAt: Date };

async function read(
  db: Queryable,
  of: { incidentId: string; kind: string; digest?: string | undefined; before?: number },
): Promise<StoredDocument | null> {
  const { rows } = await db.query<Row>(
    `SELECT * FROM (SELECT digest, body, pdf, media_type AS "mediaType", drafted_at AS "draftedAt",
       row_number() OVER (ORDER BY drafted_at, digest)::int AS number
       FROM documents WHERE incident_id = $1 AND kind = $2) numbered
     WHERE digest = coalesce($3, digest) AND number < coalesce($4, number + 1)
     ORDER BY number DESC LIMIT 1`,
    [of.incidentId, of.kind, of.digest, of.before],
  );
  const [row] = rows;
  if (row === undefined) return null;
  return { ...row, body: row.body.toString('utf8'), draftedAt: row.draftedAt.toISOString() };
}
