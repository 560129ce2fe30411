import type { z } from 'zod';
import type { allocationsPage } from '../contracts/allocation-wire';
import { formatMinor } from '../domain/money';
import { rowsOf, type Queryable } from './database';

type RecordedDeal = z.infer<typeof allocationsPage>['allocations'][number];

type DealRow = Omit<RecordedDeal, 'allocations' | 'allocation'> & {
  allocation_minor: string;
  rows: [investorId: string, requested: string, average: string, allocated: string][];
};

/** Which deals are wanted: one by its id, or those after a place in the order of allocation. */
export type WantedDeals =
  { readonly deal: string } | { readonly since: number; readonly limit: number };

/** Deals as they were recorded. Order: by `seq`; rows within a deal as they were asked. */
export async function recordedRows(db: Queryable, wanted: WantedDeals): Promise<RecordedDeal[]> {
  const byDeal = 'deal' in wanted;
  // Minor units leave SQL as text: JSON numbers would pass through a float.
  const rows = await rowsOf<DealRow>(
    db,
    `SELECT d.seq, d.deal_id AS deal, d.closed_on::text AS "closedOn", d.currency,
        d.allocation_minor, d.rule_version AS "ruleVersion", v.rule,
        (SELECT jsonb_agg(jsonb_build_array(c.investor_id, c.requested_minor::text, c.average,
            c.allocated_minor::text) ORDER BY c.row_number)
          FROM allocator.commitments c WHERE c.deal_id = d.deal_id) AS rows
      FROM allocator.deals d JOIN allocator.rule_versions v USING (rule_version)
      WHERE ${byDeal ? 'd.deal_id = $1' : 'd.seq > $1'} ORDER BY d.seq LIMIT $2`,
    byDeal ? [wanted.deal, 1] : [wanted.since, wanted.limit],
  );
  return rows.map(({ allocation_minor, rows: shares, ...deal }) => {
    const { currency } = deal;
    const money = (minor: string) => formatMinor(BigInt(minor), currency);
    const allocations = shares.map(([investorId, requested, average, allocated]) => {
      return { investorId, requested: money(requested), average, allocated: money(allocated) };
    });
    return { ...deal, allocation: money(allocation_minor), allocations };
  });
}

/** A page of `GET /allocations`. */
export async function allocationsAfter(
  db: Queryable,
  wanted: { readonly since: number; readonly limit: number },
): Promise<z.infer<typeof allocationsPage>> {
  const allocations = await recordedRows(db, wanted);
  return { allocations, next: allocations.at(-1)?.seq ?? wanted.since };
}
