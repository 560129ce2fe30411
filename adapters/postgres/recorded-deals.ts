import { escapeLiteral, type Pool, type PoolClient } from 'pg';
import { exactNumber } from '../../domain/money';
import type { RecordedDeal } from '../../domain/recorded-deal';
import type { Standing } from '../../domain/replay-order';
import { copyOut, type CopiedRows } from './copy-out';
import { CommitmentColumns } from './commitment-columns';
import { dealsPerPageOf } from './deals-per-page';

/** What a page in memory comes to, about; deals may have a handful of rows or many thousands. */
const page = { rows: 20_000, dealsMax: 1_000 };

type Reading = {
  snapshotId: string;
  /** Every investor's standing by code point. */
  rankOf: ReadonlyMap<string, number>;
  /** The deal after which to begin. */
  after?: Standing | undefined;
};

/**
 * The deals of a snapshot in columns, rows in the order of the file.
 *
 * Order: by closing date, then by id; the next page is read while this one is worked on, so that
 * two are in memory.
 */
export async function* recordedDeals(pool: Pool, reading: Reading): AsyncGenerator<RecordedDeal> {
  const dealsPerPage = await dealsPerPageOf(pool, { snapshotId: reading.snapshotId, page });
  const read = (after: Standing | undefined) => {
    const reads = withClient(pool, (client) =>
      readPage(client, { ...reading, after, dealsPerPage }),
    );
    reads.catch(() => undefined); // Whoever takes the page hears of it; nobody may take this one.
    return reads;
  };
  let next = read(reading.after);
  try {
    for (;;) {
      const page = await next;
      if (page.length === 0) return;
      next = read(page.at(-1));
      yield* page;
    }
  } finally {
    await next.catch(() => undefined); // Its connection goes back before anybody closes the pool.
  }
}

async function withClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken = true;
  try {
    const result = await work(client);
    broken = false;
    return result;
  } finally {
    client.release(broken);
  }
}

type DealRow = {
  dealId: string;
  closedOn: string;
  currency: string;
  allocation: string;
  ruleVersion: string;
};

async function readPage(
  client: PoolClient,
  { snapshotId, rankOf, after, dealsPerPage }: Reading & { dealsPerPage: number },
): Promise<RecordedDeal[]> {
  const key = [after?.closedOn ?? '-infinity', after?.dealId ?? ''];
  const { rows: deals } = await client.query<DealRow>(
    `SELECT deal_id AS "dealId", closed_on AS "closedOn", currency, allocation_minor AS allocation,
       rule_version AS "ruleVersion" FROM deals
     WHERE snapshot_id = $1 AND (closed_on, deal_id) > ($2::date, $3)
     ORDER BY closed_on, deal_id LIMIT $4`,
    [snapshotId, ...key, dealsPerPage],
  );
  if (deals.length === 0) return [];
  // COPY takes no parameters.
  const ids = deals.map(({ dealId }) => escapeLiteral(dealId)).join(',');
  const rows = await copyOut(
    client,
    `SELECT place::integer, c.investor_id, c.requested_minor, c.average, c.allocated_minor
     FROM unnest(ARRAY[${ids}]::text[]) WITH ORDINALITY AS page (deal_id, place)
     JOIN commitments c ON c.snapshot_id = ${escapeLiteral(snapshotId)}::bigint
       AND c.deal_id = page.deal_id COLLATE "C"
     ORDER BY place, c.row_number`,
  );
  return toDeals({ deals, rows, rankOf });
}

function toDeals(given: {
  deals: readonly DealRow[];
  rows: CopiedRows;
  rankOf: ReadonlyMap<string, number>;
}): RecordedDeal[] {
  const { deals, rows, rankOf } = given;
  const columns = new CommitmentColumns(rankOf);
  let place = rows.next() ? rows.integer() : 0;
  return deals.map(({ allocation, ...deal }, index) => {
    while (place === index + 1) {
      columns.take(rows);
      place = rows.next() ? rows.integer() : 0;
    }
    return { ...deal, allocation: exactNumber(BigInt(allocation)) ?? NaN, ...columns.finish() };
  });
}
