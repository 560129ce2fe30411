import type { Pool } from 'pg';
import type { FixtureDeal, FixtureRow, Fixtures } from '../../activities/ports/fixtures';

/** Affected deals of incidents with all that divides them, from Postgres. */
export function postgresFixtures(pool: Pool): Fixtures {
  return {
    async deals(incidentId) {
      const { rows: scans } = await pool.query<{ snapshotId: string }>(
        'SELECT snapshot_id AS "snapshotId" FROM scans WHERE incident_id = $1',
        [incidentId],
      );
      const [scan] = scans;
      if (scan === undefined) return null;
      const { rows } = await pool.query<Row>(rowsSql, [incidentId, scan.snapshotId]);
      return inDeals(rows);
    },
  };
}

type Row = Omit<FixtureDeal, 'allocation' | 'rows'> & {
  allocation: string;
  investorId: string;
  requested: string;
  average: string;
  totalMinor: string;
  count: number;
  recorded: string;
  asRecorded: string;
  asShouldHaveBeen: string;
};

function inDeals(rows: readonly Row[]): FixtureDeal[] {
  const deals = new Map<string, FixtureDeal & { rows: FixtureRow[] }>();
  for (const row of rows) {
    const { dealId, currency, ruleVersion } = row;
    const allocation = BigInt(row.allocation);
    const deal = deals.get(dealId) ?? { dealId, currency, ruleVersion, allocation, rows: [] };
    deals.set(dealId, deal);
    deal.rows.push({
      investorId: row.investorId,
      requested: BigInt(row.requested),
      average: row.average,
      corrected: { totalMinor: BigInt(row.totalMinor), count: row.count },
      recorded: BigInt(row.recorded),
      shouldBe: {
        asRecorded: BigInt(row.asRecorded),
        asShouldHaveBeen: BigInt(row.asShouldHaveBeen),
      },
    });
  }
  return [...deals.values()];
}

/** With what was given on earlier days in the currency of a deal, as it should have been. */
const rowsSql = `
WITH concerned AS (
  SELECT d.* FROM deals d WHERE d.snapshot_id = $2 AND EXISTS (
    SELECT FROM impacts w WHERE w.incident_id = $1 AND w.deal_id = d.deal_id)
), given AS (
  SELECT c.deal_id, c.investor_id, d.currency, d.closed_on,
    coalesce(w.as_should_have_been_minor, c.allocated_minor) AS minor
  FROM commitments c JOIN deals d USING (snapshot_id, deal_id)
    LEFT JOIN impacts w ON w.incident_id = $1
      AND w.deal_id = c.deal_id AND w.investor_id = c.investor_id
  WHERE c.snapshot_id = $2
), before AS (
  SELECT deal_id, investor_id, coalesce(sum(minor) OVER earlier, 0) AS total,
    count(*) FILTER (WHERE minor > 0) OVER earlier AS times
  FROM given WINDOW earlier AS (PARTITION BY investor_id, currency ORDER BY closed_on
    GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
SELECT d.deal_id AS "dealId", d.currency, d.allocation_minor AS allocation,
  d.rule_version AS "ruleVersion", c.investor_id AS "investorId",
  c.requested_minor AS requested, c.average, c.allocated_minor AS recorded,
  (b.total + coalesce(i.history_total_minor, 0))::text AS "totalMinor",
  (b.times + coalesce(i.history_count, 0))::integer AS count,
  coalesce(w.as_recorded_minor, c.allocated_minor) AS "asRecorded",
  coalesce(w.as_should_have_been_minor, c.allocated_minor) AS "asShouldHaveBeen"
FROM concerned d JOIN commitments c USING (snapshot_id, deal_id)
  JOIN before b ON b.deal_id = c.deal_id AND b.investor_id = c.investor_id
  LEFT JOIN investors i ON i.snapshot_id = c.snapshot_id AND i.investor_id = c.investor_id
    AND i.history_currency = d.currency
  LEFT JOIN impacts w ON w.incident_id = $1
    AND w.deal_id = c.deal_id AND w.investor_id = c.investor_id
ORDER BY d.closed_on, d.deal_id, c.row_number`;
