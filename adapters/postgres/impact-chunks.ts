import type { PoolClient } from 'pg';
import type { Chunk, Impacts, Progress } from '../../activities/ports/impacts';
import type { Certificate } from '../../domain/certify';
import type { Standing } from '../../domain/replay-order';
import { canonicalJson } from '../../proof/canonical-json';
import { merkleRoot } from '../../proof/merkle';
import { CertificateRows } from './certificate-rows';
import { appendEvidence } from './evidence';
import type { Queryable } from './pool';
import { sealRows } from './sealed-rows';

/** A walk over all deals that keeps its progress. */
export type Walk = 'check' | 'recompute';

/** How far a walk has come. */
export async function progressOf(
  db: Queryable,
  { incidentId, work }: { incidentId: string; work: Walk },
): Promise<Progress> {
  const { rows } = await db.query<{ chunks: number; deals: number }>(
    `SELECT count(*)::integer AS chunks, coalesce(sum(row_count), 0)::integer AS deals
     FROM chunks WHERE incident_id = $1 AND work = $2`,
    [incidentId, work],
  );
  const { chunks, deals } = rows[0] ?? { chunks: 0, deals: 0 };
  return { chunks, deals, last: await dealAt(db, { incidentId, deals }) };
}

async function dealAt(
  db: Queryable,
  { incidentId, deals }: { incidentId: string; deals: number },
): Promise<Standing | null> {
  if (deals === 0) return null;
  const { rows } = await db.query<Standing>(
    `SELECT d.closed_on AS "closedOn", d.deal_id AS "dealId"
     FROM incidents i JOIN deals d USING (snapshot_id) WHERE i.incident_id = $1
     ORDER BY d.closed_on, d.deal_id OFFSET $2 LIMIT 1`,
    [incidentId, deals - 1],
  );
  return rows[0] ?? null;
}

/** How many deals the check has found wrong. */
export async function wrongDeals(db: Queryable, incidentId: string): Promise<number> {
  const { rows } = await db.query<{ wrong: number }>(
    `SELECT count(*)::integer AS wrong FROM certificates
     WHERE incident_id = $1 AND basis = 'recorded'`,
    [incidentId],
  );
  return rows[0]?.wrong ?? 0;
}

type Booking = Chunk & {
  work: Walk;
  deals: number;
  leaves: readonly string[];
  tally?: unknown;
  /** Whether the walk is sealed with it. */
  isLast?: boolean;
};

/**
 * Books a chunk as done, first of all, so that of two tries at once the second waits for the first.
 *
 * Method: only the commit that seals a walk waits for the disk, which has everything before it
 * then; a chunk that is lost with the server before that is worked out anew.
 * @throws UNEXPECTED (fault) when it is done already: whoever did it is further than we know.
 */
export async function bookChunk(tx: Queryable, given: Booking): Promise<void> {
  const { incidentId, work, chunk, deals, leaves, at, tally } = given;
  if (given.isLast !== true) await tx.query('SET LOCAL synchronous_commit = off');
  const { rowCount } = await tx.query(
    `INSERT INTO chunks (incident_id, work, chunk, row_count, root, done_at, tally)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
    [incidentId, work, chunk, deals, merkleRoot(leaves), at, tally ? JSON.stringify(tally) : null],
  );
  if (rowCount === 0) {
    throw new Error(`chunk ${chunk} of ${work} is done already: another try goes on after it`);
  }
  await sealRows(tx, { chain: incidentId, leaves });
}

/** The one root of all chunks of a walk: its leaves are theirs. */
export async function rootOf(
  tx: Queryable,
  { incidentId, work }: { incidentId: string; work: Walk },
): Promise<{ chunks: number; root: string }> {
  const { rows } = await tx.query<{ root: string }>(
    'SELECT root FROM chunks WHERE incident_id = $1 AND work = $2 ORDER BY chunk',
    [incidentId, work],
  );
  const leaves = rows.map(({ root }) => root);
  return { chunks: rows.length, root: await sealRows(tx, { chain: incidentId, leaves }) };
}

/** Stores what a chunk of the check found: why deals are wrong, and with the last one the seal. */
export async function saveChecked(
  tx: PoolClient,
  given: Parameters<Impacts['saveChecked']>[0],
): Promise<void> {
  const { incidentId, at, deals, isLast } = given;
  const work = 'check';
  const certificates = new CertificateRows(incidentId);
  const leaves = deals.map(({ dealId, wrong }) => {
    const certificate = wrong && addRecorded(certificates, { dealId, wrong });
    return canonicalJson({ deal: dealId, holds: wrong === null, certificate });
  });
  await bookChunk(tx, { ...given, work, deals: deals.length, leaves });
  await certificates.copyInto(tx);
  if (!isLast) return;
  const { deals: checked } = await progressOf(tx, { incidentId, work });
  const sealed = await rootOf(tx, { incidentId, work });
  const body = { deals: checked, wrong: await wrongDeals(tx, incidentId), ...sealed };
  await appendEvidence(tx, { chain: incidentId, at, actor: 'makewhole', kind: 'scanned', body });
}

function addRecorded(
  certificates: CertificateRows,
  { dealId, wrong }: { dealId: string; wrong: Certificate },
): string {
  return certificates.add({ dealId, basis: 'recorded', holds: false, text: canonicalJson(wrong) });
}
