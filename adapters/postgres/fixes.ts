import type { Pool } from 'pg';
import type { Fix, Fixes, Restatement } from '../../activities/ports/fixes';
import { formatMinor } from '../../domain/money';
import type { ReplayDeal } from '../../domain/replay';
import { sha256Hex } from '../../proof/digest';
import { dealsInOrder } from './deals-in-order';
import { appendEvidence } from './evidence';
import { inTransaction, type Queryable } from './pool';
import { endWaits, want } from './waits';

// Evidence cannot be taken back: an approval from before it is worth nothing from then on.
const brokenLive = `EXISTS (SELECT FROM evidence WHERE chain = $1 AND kind = 'live-failed'`;

/** The books of fixes in Postgres, and past deals as a fix is tried on them. */
export function postgresFixes(pool: Pool): Fixes {
  return {
    async latest(incidentId) {
      const { rows } = await pool.query<Fix>(
        `SELECT attempt, rule, averages, person_id AS "proposedBy", report_digest AS "reportDigest",
           CASE WHEN ${brokenLive} AND attempt <= (entry::jsonb #>> '{body,attempt}')::int)
               THEN 'failed'
             WHEN EXISTS (SELECT FROM gates WHERE gates.incident_id = $1 AND gate_id = 'unfreeze'
               AND subject = report_digest AND gates.state = 'rejected') THEN 'rejected'
             ELSE state END AS state
         FROM fixes WHERE incident_id = $1 ORDER BY attempt DESC LIMIT 1`,
        [incidentId],
      );
      return rows[0] ?? null;
    },
    async awaited({ incidentId, at }) {
      const words = `fix propose ${incidentId} --rule RULE --averages recorded --as YOU`;
      const question = `./makewhole ${words}`;
      const wanted = [{ id: 'fix', role: 'engineering', question }];
      await want(pool, { incidentId, waitingFor: 'fix', at, wanted });
    },
    async cleanScan(incidentId) {
      const { rows } = await pool.query<{ digest: string }>(
        `SELECT impact_digest AS digest FROM scans JOIN incidents USING (incident_id)
           JOIN second_opinions USING (incident_id, impact_digest)
         WHERE incident_id = $1 AND NOT EXISTS (SELECT FROM impacts WHERE
           impacts.incident_id = $1 AND recorded_minor <> CASE basis WHEN 'asRecorded'
             THEN as_recorded_minor ELSE as_should_have_been_minor END)
           AND NOT ${brokenLive})`,
        [incidentId],
      );
      return rows[0]?.digest ?? null;
    },
    deals: (incidentId) => dealsOf(pool, incidentId),
    async affectedDeals(incidentId) {
      const { rows } = await pool.query<{ deal_id: string }>(
        'SELECT DISTINCT deal_id FROM impacts WHERE incident_id = $1',
        [incidentId],
      );
      const wanted = new Set(rows.map((row) => row.deal_id));
      const affected: ReplayDeal[] = [];
      for await (const deal of dealsOf(pool, incidentId)) {
        if (wanted.has(deal.dealId)) affected.push(deal);
      }
      return affected;
    },
    restatements: (incidentId) => restatementsOf(pool, incidentId),
    reported: (report) => inTransaction(pool, (tx) => keepReport(tx, report)),
    async report(incidentId, digest) {
      const { rows } = await pool.query<{ body: Buffer }>(
        `SELECT body FROM documents WHERE incident_id = $1 AND digest = $2 AND kind = 'fix-report'`,
        [incidentId, digest],
      );
      return rows[0]?.body.toString('utf8') ?? null;
    },
    async moved(given) {
      await inTransaction(pool, (tx) => move(tx, given));
    },
    checkedLive: (check) => inTransaction(pool, (tx) => noteLive(tx, check)),
  };
}

async function keepReport(
  tx: Queryable,
  { incidentId, attempt, holds, body, at }: Parameters<Fixes['reported']>[0],
): Promise<{ reportDigest: string }> {
  const reportDigest = sha256Hex(body);
  await tx.query(
    `INSERT INTO documents (digest, incident_id, kind, media_type, body, drafted_at)
     VALUES ($1, $2, 'fix-report', 'application/json', $3, $4) ON CONFLICT DO NOTHING`,
    [reportDigest, incidentId, Buffer.from(body), at],
  );
  const moved = { incidentId, attempt, at, state: holds ? 'verified' : 'failed' } as const;
  const evidence = { attempt, holds, reportDigest };
  await move(tx, { ...moved, kind: 'fix-verified', body: evidence, reportDigest });
  return { reportDigest };
}

async function noteLive(
  tx: Queryable,
  { incidentId, at, body }: Parameters<Fixes['checkedLive']>[0],
): Promise<void> {
  const entry = { chain: incidentId, at, actor: 'makewhole' };
  await appendEvidence(tx, { ...entry, kind: 'live-check', body });
  if (body.broken.length === 0) return;
  const { rows } = await tx.query<{ attempt: number }>(
    `UPDATE fixes SET state = 'failed' WHERE incident_id = $1 AND state = 'live'
     RETURNING attempt`,
    [incidentId],
  );
  const attempt = Math.max(0, ...rows.map((row) => row.attempt)); // 0: no fix was ever needed.
  const failed = { attempt, broken: body.broken };
  await appendEvidence(tx, { ...entry, kind: 'live-failed', body: failed });
}

type Move = Parameters<Fixes['moved']>[0] & { reportDigest?: string };

/** The state a fix must be in for each step: nobody takes one twice, or skips one. */
const before = { 'fix-verified': 'proposed', deployed: 'verified', probed: 'deployed' } as const;

async function move(tx: Queryable, given: Move): Promise<void> {
  const { incidentId, attempt, state, kind, body, at } = given;
  const { rowCount } = await tx.query(
    `UPDATE fixes SET state = $3, report_digest = coalesce($4, report_digest)
     WHERE incident_id = $1 AND attempt = $2 AND state = $5`,
    [incidentId, attempt, state, given.reportDigest ?? null, before[kind]],
  );
  if (rowCount === 0) return; // Tried again, or out of turn: what happened stands in evidence.
  await endWaits(tx, { incidentId, waitingFor: 'fix', at });
  await appendEvidence(tx, { chain: incidentId, at, actor: 'makewhole', kind, body });
}

type RestatedRow = {
  deal_id: string;
  investor_id: string;
  restated_minor: string;
  currency: string;
};

async function restatementsOf(db: Queryable, incidentId: string): Promise<Restatement[]> {
  const { rows } = await db.query<RestatedRow>(
    `SELECT DISTINCT ON (deal_id, investor_id) deal_id, investor_id, restated_minor, currency
     FROM restatements WHERE incident_id = $1 ORDER BY deal_id, investor_id, restated_at DESC`,
    [incidentId],
  );
  return rows.map(({ deal_id: dealId, investor_id: investorId, restated_minor, currency }) => {
    return { dealId, investorId, allocated: formatMinor(BigInt(restated_minor), currency) };
  });
}

async function* dealsOf(pool: Pool, incidentId: string): AsyncGenerator<ReplayDeal> {
  const { rows } = await pool.query<{ snapshotId: string | null }>(
    'SELECT snapshot_id AS "snapshotId" FROM incidents WHERE incident_id = $1',
    [incidentId],
  );
  const snapshotId = rows[0]?.snapshotId ?? null;
  if (snapshotId !== null) yield* dealsInOrder(pool, { snapshotId });
}
