import type { Pool } from 'pg';
import type { DiagnosableDeal } from '../../domain/diagnose';
import { dealsPerPageOf } from './deals-per-page';

/** What a page in memory comes to, about; deals may have a handful of rows or many thousands. */
const page = { rows: 5_000, dealsMax: 100 };

type DealRow = {
  dealId: string;
  closedOn: string;
  currency: string;
  allocation: string;
  ruleVersion: string;
  /** investor, requested, average, allocated; null where a deal has no rows. */
  commitments: [string, string, string, string][] | null;
};

/**
 * The deals of a snapshot as they were recorded, each with its rows in the order of the file.
 *
 * Order: by closing date, then by id; a page at a time, so that memory stays bounded.
 */
export async function* dealsInOrder(
  pool: Pool,
  { snapshotId }: { snapshotId: string },
): AsyncGenerator<DiagnosableDeal> {
  const dealsPerPage = await dealsPerPageOf(pool, { snapshotId, page });
  for (let after: DealRow | undefined; ;) {
    const key = [after?.closedOn ?? '-infinity', after?.dealId ?? ''];
    const { rows } = await pool.query<DealRow>(dealsSql, [snapshotId, ...key, dealsPerPage]);
    for (const row of rows) yield toDeal(row);
    if (rows.length < dealsPerPage) return;
    after = rows.at(-1);
  }
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
  ORDER BY d.closed_on, d.deal_id LIMIT $4`;

function toDeal({ commitments, allocation, ...deal }: DealRow): DiagnosableDeal {
  return {
    ...deal,
    allocation: BigInt(allocation),
    commitments: (commitments ?? []).map(([investorId, requested, average, allocated]) => {
      return { investorId, requested: BigInt(requested), average, allocated: BigInt(allocated) };
    }),
  };
}
