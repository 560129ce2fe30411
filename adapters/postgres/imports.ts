import type { Pool } from 'pg';
import type { Imports, Snapshot } from '../../activities/ports/imports';
import type { DiagnosableDeal } from '../../domain/diagnose';
import type { History } from '../../domain/histories';
import { appendEvidence } from './evidence';
import { endWait } from './gate-waits';
import { inTransaction, type Queryable } from './pool';
import { Refused } from './refused';

/** What a page in memory comes to, about; deals may have a handful of rows or many thousands. */
const rowsPerPage = 5_000;
const dealsPerPageMax = 100;

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
  await endWait(tx, { incidentId, waitingFor: 'import', at });
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

type DealRow = {
  dealId: string;
  closedOn: string;
  currency: string;
  allocation: string;
  ruleVersion: string;
  /** investor, requested, average, allocated; null where a deal has no rows. */
  commitments: [string, string, string, string][] | null;
};

type Reading = { snapshotId: string; range: { skip: number; limit: number } | undefined };

async function* dealsInOrder(
  pool: Pool,
  { snapshotId, range }: Reading,
): AsyncGenerator<DiagnosableDeal> {
  let left = range?.limit ?? Infinity;
  let offset = range?.skip ?? 0;
  const dealsPerPage = await dealsOfPage(pool, snapshotId);
  for (let after: DealRow | undefined; left > 0; offset = 0) {
    const wanted = Math.min(left, dealsPerPage);
    const key = [after?.closedOn ?? '-infinity', after?.dealId ?? ''];
    const { rows } = await pool.query<DealRow>(dealsSql, [snapshotId, ...key, wanted, offset]);
    for (const row of rows) yield toDeal(row);
    if (rows.length < wanted) return;
    left -= rows.length;
    after = rows.at(-1);
  }
}

async function dealsOfPage(db: Queryable, snapshotId: string): Promise<number> {
  const { rows } = await db.query<{ deals: number }>(
    `SELECT least($3, greatest(1, $2::bigint * deal_count / greatest(commitment_count, 1)))::integer
       AS deals FROM snapshots WHERE snapshot_id = $1`,
    [snapshotId, rowsPerPage, dealsPerPageMax],
  );
  return rows[0]?.deals ?? 1;
}

// Amounts travel as text: JSON numbers end at 2^53.
const dealsSql = `
  SELECT d.deal_id AS "dealId", d.closed_on AS "closedOn", d.currency,
    d.allocation_minor AS allocation, d.rule_version AS "ruleVersion",
    (SELECT json_agg(json_build_array(c.investor_id, c.requested_minor::text, c.average,
        c.allocated_minor::text) ORDER BY c.row_number)
      FROM commitments c WHERE c.snapshot_id = d.snapshot_id AND c.deal_id = d.deal_id
    ) AS commitments
  FROM deals d
  WHERE d.snapshot_id = $1 AND (d.closed_on, d.deal_id) > ($2::date, $3)
  ORDER BY d.closed_on, d.deal_id LIMIT $4 OFFSET $5`;

function toDeal({ commitments, allocation, ...deal }: DealRow): DiagnosableDeal {
  return {
    ...deal,
    allocation: BigInt(allocation),
    commitments: (commitments ?? []).map(([investorId, requested, average, allocated]) => {
      return { investorId, requested: BigInt(requested), average, allocated: BigInt(allocated) };
    }),
  };
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
