import type { Impacts, Recomputation } from '../../activities/ports/impacts';
import type { CarriedPerson, ScanState } from '../../domain/scan';
import { digestOf } from '../../proof/digest';
import { appendEvidence } from './evidence';
import { progressOf, rootOf } from './impact-chunks';
import type { Queryable } from './pool';

const rule = 'prorate@1';
const work = 'recompute';

type Recomputed = Awaited<ReturnType<Impacts['recomputed']>>;

/**
 * What a recomputation goes on from: its counts so far, and everybody's history on both bases.
 *
 * Method: recorded history is a sum over the import; corrected history the same with the stored
 * differences in place of what was recorded. Nothing else of an earlier try is needed.
 */
export async function readRecomputed(
  tx: Queryable,
  { incidentId, rankOf }: Parameters<Impacts['recomputed']>[0],
): Promise<Recomputed> {
  const { chunks, last } = await progressOf(tx, { incidentId, work });
  if (last === null) return null;
  const { rows } = await tx.query<{ tally: ScanState }>(
    'SELECT tally FROM chunks WHERE incident_id = $1 AND work = $2 AND chunk = $3',
    [incidentId, work, chunks - 1],
  );
  const state = rows[0]?.tally;
  if (state === undefined) return null;
  await tx.query('SET LOCAL statement_timeout = 0');
  const people = await tx.query<CarriedRow>(carriedSql, [incidentId, last.closedOn, last.dealId]);
  return { chunks, last, state, carried: people.rows.map((row) => toCarried(row, rankOf)) };
}

type CarriedRow = {
  investorId: string;
  currency: string;
  isToday: boolean;
  recordedTotal: string;
  recordedCount: number;
  correctedTotal: string;
  correctedCount: number;
  wrongAsRecorded: boolean;
  wrongAsShould: boolean;
};

const carriedSql = `
  SELECT "investorId", currency, "isToday",
    sum(recorded)::text AS "recordedTotal",
    (count(*) FILTER (WHERE recorded > 0))::integer AS "recordedCount",
    sum(corrected)::text AS "correctedTotal",
    (count(*) FILTER (WHERE corrected > 0))::integer AS "correctedCount",
    bool_or(recorded <> as_recorded) AS "wrongAsRecorded",
    bool_or(recorded <> corrected) AS "wrongAsShould"
  FROM (
    SELECT c.investor_id AS "investorId", d.currency, d.closed_on = $2::date AS "isToday",
      c.allocated_minor AS recorded,
      coalesce(w.as_recorded_minor, c.allocated_minor) AS as_recorded,
      coalesce(w.as_should_have_been_minor, c.allocated_minor) AS corrected
    FROM incidents i JOIN deals d USING (snapshot_id)
    JOIN commitments c USING (snapshot_id, deal_id)
    LEFT JOIN impacts w ON w.incident_id = i.incident_id AND w.deal_id = c.deal_id
      AND w.investor_id = c.investor_id
    WHERE i.incident_id = $1 AND (d.closed_on, d.deal_id) <= ($2::date, $3)
  ) AS so_far GROUP BY "investorId", currency, "isToday"`;

function toCarried(row: CarriedRow, rankOf: ReadonlyMap<string, number>): CarriedPerson {
  const rank = rankOf.get(row.investorId);
  if (rank === undefined) throw new RangeError('a commitment of an investor not on file');
  const { currency, isToday } = row;
  return {
    rank,
    currency,
    isToday,
    recorded: { total: BigInt(row.recordedTotal), count: row.recordedCount },
    corrected: { total: BigInt(row.correctedTotal), count: row.correctedCount },
    affected: { asRecorded: row.wrongAsRecorded, asShouldHaveBeen: row.wrongAsShould },
  };
}

/** The recomputation when it is finished; null otherwise. */
export async function readRecomputation(
  db: Queryable,
  incidentId: string,
): Promise<Recomputation | null> {
  const { rows } = await db.query<Recomputation>(
    `SELECT i.basis, s.summary, s.impact_digest AS "impactDigest"
     FROM scans s JOIN incidents i USING (incident_id) WHERE incident_id = $1`,
    [incidentId],
  );
  return rows[0] ?? null;
}

/**
 * Seals all chunks with the summary and one entry of evidence; of two tries the second finds it.
 *
 * Method: the impact digest is of {snapshot, rule, rows, root}; root is the Merkle root of the
 * chunks' roots, in order.
 */
export async function concludeRecomputation(
  tx: Queryable,
  given: Parameters<Impacts['concludeRecomputation']>[0],
): Promise<Recomputation> {
  const { incidentId, at, snapshot, summary } = given;
  const sealed = await rootOf(tx, { incidentId, work });
  const rows = await tx.query<{ count: number }>(
    'SELECT count(*)::integer FROM impacts WHERE incident_id = $1',
    [incidentId],
  );
  const content = { snapshot: snapshot.digest, rule, rows: rows.rows[0]?.count ?? 0 };
  const impactDigest = digestOf({ ...content, root: sealed.root });
  const { rowCount } = await tx.query(
    `INSERT INTO scans (incident_id, snapshot_id, summary, impact_digest, finished_at)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
    [incidentId, snapshot.snapshotId, JSON.stringify(summary), impactDigest, at],
  );
  if (rowCount === 1) {
    const { deals, investors, commitments } = summary;
    const body = { ...content, ...sealed, deals, investors, commitments, impactDigest };
    await appendEvidence(tx, {
      ...{ chain: incidentId, at, actor: 'makewhole', kind: 'recomputed', body },
    });
  }
  const finished = await readRecomputation(tx, incidentId);
  if (finished === null) throw new Error(`expected the recomputation of ${incidentId} to be there`);
  return finished;
}
