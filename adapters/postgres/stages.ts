import type { Pool } from 'pg';
import type { Stages } from '../../activities/ports/stages';
import type { BoardCounts } from '../../contracts/activities';
import { assert } from '../../domain/assert';
import { formatMinor } from '../../domain/money';
import { appendEvidence, headOf } from './evidence';
import { inTransaction, type Queryable } from './pool';

/** Pages and board counts from Postgres; no name or address leaves it. */
export function postgresStages(pool: Pool): Stages {
  return {
    async turn({ incidentId, stage, at }) {
      await inTransaction(pool, async (tx) => {
        const { rowCount } = await tx.query(
          `UPDATE incidents SET stage = $2, stage_since = $3 WHERE incident_id = $1 AND NOT
             (stage = $2 AND EXISTS (SELECT FROM stages WHERE incident_id = $1 AND stage = $2))`,
          [incidentId, stage, at],
        );
        if (rowCount === 0) return;
        await tx.query('INSERT INTO stages VALUES ($1, $2, $3)', [incidentId, stage, at]);
        const entry = { chain: incidentId, at, actor: 'makewhole', kind: 'stage', body: { stage } };
        await appendEvidence(tx, entry);
      });
    },
    board: (incidentId) => readBoard(pool, incidentId),
    async close({ incidentId, at, ...body }) {
      return inTransaction(pool, async (tx) => {
        const { rowCount } = await tx.query(
          'UPDATE incidents SET closed_at = $2 WHERE incident_id = $1 AND closed_at IS NULL',
          [incidentId, at],
        );
        if (rowCount === 0) return headOf(tx, incidentId);
        await tx.query('UPDATE waits SET over_at = $2 WHERE incident_id = $1 AND over_at IS NULL', [
          incidentId,
          at,
        ]);
        const entry = { chain: incidentId, at, actor: 'makewhole', kind: 'closed', body };
        return appendEvidence(tx, entry);
      });
    },
  };
}

type Amounts = { currency: string; over: string; under: string }[];

async function readBoard(db: Queryable, incidentId: string): Promise<BoardCounts> {
  const { rows } = await db.query<Row>(boardSql, [incidentId]);
  const [row] = rows;
  assert(row !== undefined, `expected the incident ${incidentId} on file, found none`);
  const deltas = row.deltas ?? [];
  return {
    severity: row.severity ?? 'not declared',
    affectedDeals: row.deals,
    affectedInvestors: row.investors,
    over: totals(deltas.map(({ currency, over }) => ({ currency, minor: over }))),
    under: totals(deltas.map(({ currency, under }) => ({ currency, minor: under }))),
    paid: totals(row.paid ?? []),
    received: totals(row.received ?? []),
    lettersSent: row.letters,
    frozen: row.frozen,
    fix: row.fix ?? 'not proposed',
    waitingFor: row.waits ?? [],
  };
}

type Row = {
  severity: string | null;
  deals: number;
  investors: number;
  deltas: Amounts | null;
  paid: { currency: string; minor: string }[] | null;
  received: { currency: string; minor: string }[] | null;
  letters: number;
  frozen: boolean;
  fix: string | null;
  waits: BoardCounts['waitingFor'] | null;
};

function totals(sums: { currency: string; minor: string }[]): Record<string, string> {
  return Object.fromEntries(
    sums.map(({ currency, minor }) => [currency, formatMinor(BigInt(minor), currency)]),
  );
}

// One statement, so that all figures are of one moment. Sums travel as text: JSON has no bigint.
const boardSql = `
WITH wrong AS (
  SELECT deal_id, investor_id, currency, CASE incidents.basis
    WHEN 'asRecorded' THEN recorded_minor - as_recorded_minor
    ELSE recorded_minor - as_should_have_been_minor END AS delta
  FROM impacts JOIN incidents USING (incident_id) WHERE incident_id = $1
), affected AS (SELECT * FROM wrong WHERE delta <> 0)
SELECT severity,
  (SELECT count(DISTINCT deal_id)::int FROM affected) AS deals,
  (SELECT count(DISTINCT investor_id)::int FROM affected) AS investors,
  (SELECT json_agg(json_build_object('currency', currency, 'over', over::text, 'under', under::text)
    ORDER BY currency) FROM (SELECT currency, sum(greatest(delta, 0)) AS over,
      sum(greatest(-delta, 0)) AS under FROM affected GROUP BY currency) AS sums) AS deltas,
  (SELECT json_agg(json_build_object('currency', currency, 'minor', minor::text) ORDER BY currency)
    FROM (SELECT currency, sum(amount_minor) AS minor FROM payments
      WHERE incident_id = $1 AND state = 'settled' GROUP BY currency) AS sums) AS paid,
  (SELECT json_agg(json_build_object('currency', currency, 'minor', minor::text) ORDER BY currency)
    FROM (SELECT currency, sum(amount_minor) AS minor FROM receipts
      WHERE incident_id = $1 AND invoice_key IS NOT NULL GROUP BY currency) AS sums) AS received,
  (SELECT count(*)::int FROM letters WHERE incident_id = $1 AND state = 'sent') AS letters,
  EXISTS (SELECT FROM holds
    WHERE incident_id = $1 AND kind = 'service' AND state <> 'lifted') AS frozen,
  (SELECT rule || ', ' || state FROM fixes
    WHERE incident_id = $1 ORDER BY attempt DESC LIMIT 1) AS fix,
  (SELECT json_agg(json_build_object('for', waiting_for, 'id', wait_id, 'role', role,
      'since', since, 'next', next_reminder_at, 'deadline', deadline_at)
      ORDER BY since, waiting_for, wait_id)
    FROM (SELECT * FROM waits WHERE incident_id = $1 AND over_at IS NULL
      ORDER BY since LIMIT 50) AS open) AS waits
FROM incidents WHERE incident_id = $1`;
