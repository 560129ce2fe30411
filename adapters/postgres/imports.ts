import type { Pool } from 'pg';
import type { Imports, Snapshot } from '../../activities/ports/imports';
import type { History } from '../../domain/histories';
import { dealsInOrder } from './deals-in-order';
import { appendEvidence } from './evidence';
import { inTransaction, type Queryable } from './pool';
import { Refused } from './refused';
import { endWaits } from './waits';

/** Imported history in Postgres. */
export function postgresImports(pool: Pool): Imports {
  return {
    latestSnapshot: () => latestSnapshot(pool),
    snapshotOf: (incidentId) => snapshotOf(pool, incidentId),
    bindSnapshot: (of) => inTransaction(pool, (tx) => bindSnapshot(tx, of)),
    dealsInOrder: (snapshotId, range) => dealsInOrder(pool, { snapshotId, range }),
    openingHistory: (snapshotId) => openingHistory(pool, snapshotId),
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
       'Nothing is imported yet: makewhole import DIR with the history of the platform')
     ON CONFLICT DO NOTHING`,
    [incidentId, at],
  );
}

type HistoryRow = { investorId: string; total: string; count: number; currency: string };

async function openingHistory(db: Queryable, snapshotId: string): Promise<Map<string, History>> {
  const { rows } = await db.query<HistoryRow>(
    `SELECT investor_id AS "investorId", history_total_minor AS total, history_count AS count,
       history_currency AS currency
     FROM investors WHERE snapshot_id = $1 AND history_count > 0`,
    [snapshotId],
  );
  return new Map(
    rows.map(({ investorId, total, count, currency }) => {
      return [investorId, { total: BigInt(total), count, currency }];
    }),
  );
}
