import type { Pool } from 'pg';
import type { Imports, RecordedHistory, Snapshot } from '../../activities/ports/imports';
import type { History } from '../../domain/histories';
import type { Standing } from '../../domain/replay-order';
import { dealsInOrder } from './deals-in-order';
import { appendEvidence } from './evidence';
import { recordedDeals } from './recorded-deals';
import { inTransaction, type Queryable } from './pool';
import { Refused } from './refused';
import { endWaits } from './waits';

/** Imported history in Postgres. */
export function postgresImports(pool: Pool): Imports {
  return {
    latestSnapshot: () => latestSnapshot(pool),
    snapshotOf: (incidentId) => snapshotOf(pool, incidentId),
    bindSnapshot: (of) => inTransaction(pool, (tx) => bindSnapshot(tx, of)),
    dealsInOrder: (snapshotId) => dealsInOrder(pool, { snapshotId }),
    openHistory: (snapshotId) => openHistory(pool, snapshotId),
  };
}

type SnapshotRow = Omit<Snapshot, 'importedAt'> & { importedAt: Date };

const snapshotColumns = `s.snapshot_id AS "snapshotId", s.digest, s.imported_at AS "importedAt",
  s.deal_count AS deals, s.investor_count AS investors, s.commitment_count AS commitments`;

/** The snapshot imported last; null while nothing is imported. */
export async function latestSnapshot(db: Queryable): Promise<Snapshot | null> {
  const { rows } = await db.query<SnapshotRow>(
    `SELECT ${snapshotColumns} FROM snapshots s ORDER BY s.snapshot_id DESC LIMIT 1`,
  );
  return toSnapshot(rows[0]);
}

async function snapshotOf(db: Queryable, incidentId: string): Promise<Snapshot | null> {
  const { rows } = await db.query<SnapshotRow>(
    `SELECT ${snapshotColumns} FROM snapshots s JOIN incidents USING (snapshot_id)
     WHERE incident_id = $1`,
    [incidentId],
  );
  return toSnapshot(rows[0]);
}

function toSnapshot(row: SnapshotRow | undefined): Snapshot | null {
  return row === undefined ? null : { ...row, importedAt: row.importedAt.toISOString() };
}

async function bindSnapshot(
  tx: Queryable,
  { incidentId, at }: { incidentId: string; at: string },
): Promise<Snapshot | null> {
  const { rowCount } = await tx.query('SELECT FROM incidents WHERE incident_id = $1 FOR UPDATE', [
    incidentId,
  ]);
  if (rowCount === 0) {
    throw new Refused('INCIDENT_UNKNOWN', `no incident ${incidentId} is on file`);
  }
  const bound = await snapshotOf(tx, incidentId);
  if (bound !== null) return bound;
  const latest = await latestSnapshot(tx);
  if (latest === null) {
    await showImportWait(tx, { incidentId, at });
    return null;
  }
  await tx.query('UPDATE incidents SET snapshot_id = $2 WHERE incident_id = $1', [
    incidentId,
    latest.snapshotId,
  ]);
  await endWaits(tx, { incidentId, waitingFor: 'import', at });
  const { digest, deals, investors, commitments, importedAt } = latest;
  const body = { snapshot: digest, importedAt, deals, investors, commitments };
  await appendEvidence(tx, { chain: incidentId, at, actor: 'makewhole', kind: 'imported', body });
  return latest;
}

async function showImportWait(
  tx: Queryable,
  { incidentId, at }: { incidentId: string; at: string },
): Promise<void> {
  await tx.query(
    `INSERT INTO waits (incident_id, waiting_for, wait_id, role, since, question)
     VALUES ($1, 'import', 'history', 'operations', $2,
       'The history of the platform, as CSV files in DIR: ./makewhole import DIR')
     ON CONFLICT DO NOTHING`,
    [incidentId, at],
  );
}

type PersonRow = { id: string; total: string | null; count: number | null; currency: string };

async function openHistory(pool: Pool, snapshotId: string): Promise<RecordedHistory> {
  const { rows } = await pool.query<PersonRow>(
    `SELECT investor_id AS id, history_total_minor AS total, history_count AS count,
       history_currency AS currency
     FROM investors WHERE snapshot_id = $1 ORDER BY investor_id`,
    [snapshotId],
  );
  const opening = new Map<string, History>();
  for (const { id, total, count, currency } of rows) {
    if (total !== null && count !== null && count > 0) {
      opening.set(id, { total: BigInt(total), count, currency });
    }
  }
  const rankOf = new Map(rows.map(({ id }, rank) => [id, rank]));
  const deals = (after?: Standing) => recordedDeals(pool, { snapshotId, rankOf, after });
  return { people: rows.map(({ id }) => id), rankOf, opening, deals };
}
