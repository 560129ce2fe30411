import { escapeLiteral, type Pool, type PoolClient } from 'pg';
import type { RecordedDeal } from '../../domain/recorded-deal';
import type { Standing } from '../../domain/replay-order';
import { copyOut, type CopiedRows } from './copy-out';
import { commitmentColumns } from './commitment-columns';
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

async function readPage(
  client: PoolClient,
  { snapshotId, rankOf, after, dealsPerPage }: Reading & { dealsPerPage: number },
): Promise<RecordedDeal[]> {
  // COPY takes no parameters.
  const [id, closedOn, dealId] = [
    snapshotId,
    after?.closedOn ?? '-infinity',
    after?.dealId ?? '',
  ].map(escapeLiteral);
  const rows = await copyOut(
    client,
    `SELECT d.deal_id, d.closed_on::text, d.currency, d.rule_version, d.allocation_minor, c.*
     FROM (
       SELECT * FROM deals
       WHERE snapshot_id = ${id}::bigint AND (closed_on, deal_id) > (${closedOn}::date, ${dealId})
       ORDER BY closed_on, deal_id LIMIT ${dealsPerPage}
     ) AS d CROSS JOIN LATERAL (
       SELECT array_agg(investor_id ORDER BY row_number),
         array_agg(requested_minor ORDER BY row_number), array_agg(average ORDER BY row_number),
         array_agg(allocated_minor ORDER BY row_number)
       FROM commitments c WHERE c.snapshot_id = d.snapshot_id AND c.deal_id = d.deal_id
     ) AS c
     ORDER BY d.closed_on, d.deal_id`,
  );
  const deals: RecordedDeal[] = [];
  while (rows.next()) deals.push(readDeal(rows, rankOf));
  return deals;
}

function readDeal(row: CopiedRows, rankOf: Reading['rankOf']): RecordedDeal {
  // In the order of the columns.
  return {
    dealId: row.text(),
    closedOn: row.text(),
    currency: row.text(),
    ruleVersion: row.text(),
    allocation: row.amount(),
    ...commitmentColumns(row, rankOf),
  };
}
