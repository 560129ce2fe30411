import { averageText } from '../domain/histories';
import { rowsOf, type Queryable } from './database';
import type { LiveVersion } from './live-version';
import { ServiceError } from './service-error';

type Wanted = {
  readonly live: LiveVersion;
  readonly investors: readonly string[];
  readonly currency: string;
  readonly closedOn: string;
};

type HistoryRow = {
  investor_id: string;
  total: string;
  deal_count: number;
  history_total_minor: string | null;
  history_count: number | null;
  history_currency: string | null;
};

/**
 * The historical average of each investor, as it is recorded with a deal closed on that date.
 *
 * Units: major units as decimal text, 4 decimals, half-even; `0` where there is no history.
 * Ensures: only positive allocations in the same currency, of deals closed on an earlier date,
 * count, with the opening history; a version on corrected averages reads the restated amount
 * where one was given.
 * Source: docs/allocation.md, "What an average is".
 * @throws INVESTOR_UNKNOWN (rejected) when somebody was never announced.
 */
export async function averagesOf(db: Queryable, wanted: Wanted): Promise<Map<string, string>> {
  const { live, investors, currency, closedOn } = wanted;
  const rows = await rowsOf<HistoryRow>(
    db,
    `WITH past AS (
        SELECT c.investor_id, sum(amount) AS total, count(*)::integer AS deals
        FROM allocator.commitments c JOIN allocator.deals d USING (deal_id)
        LEFT JOIN allocator.restatements r ON r.rule_version = $4
          AND r.deal_id = c.deal_id AND r.investor_id = c.investor_id
        CROSS JOIN LATERAL (SELECT COALESCE(r.allocated_minor, c.allocated_minor)) AS at(amount)
        WHERE c.investor_id = ANY($1::text[]) AND amount > 0
          AND d.currency = $2 AND d.closed_on < $3::date
        GROUP BY c.investor_id
      )
      SELECT i.investor_id, COALESCE(total, 0)::text AS total, COALESCE(deals, 0) AS deal_count,
        i.history_total_minor, i.history_count, i.history_currency
      FROM allocator.investors i LEFT JOIN past USING (investor_id)
      WHERE i.investor_id = ANY($1::text[])`,
    [investors, currency, closedOn, live.ruleVersion],
  );
  const averages = new Map(rows.map((row) => [row.investor_id, average(row, currency)]));
  const unknown = investors.filter((investor) => !averages.has(investor));
  if (unknown.length > 0) throw investorUnknown(unknown);
  return averages;
}

function average(row: HistoryRow, currency: string): string {
  const opens = row.history_currency === currency;
  const totalMinor = BigInt(row.total) + BigInt(opens ? (row.history_total_minor ?? '0') : '0');
  const count = row.deal_count + (opens ? (row.history_count ?? 0) : 0);
  return averageText({ totalMinor, count, currency });
}

function investorUnknown(unknown: readonly string[]): ServiceError {
  const named = unknown.slice(0, 10).map((investor) => JSON.stringify(investor));
  const more = unknown.length > named.length ? ` and ${String(unknown.length - 10)} more` : '';
  return new ServiceError({
    code: 'INVESTOR_UNKNOWN',
    kind: 'rejected',
    message: `Nobody announced ${named.join(', ')}${more}. PUT /investors first.`,
    also: { investors: unknown.slice(0, 100) },
  });
}
