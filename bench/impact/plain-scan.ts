import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { prorateColumns } from '../../domain/kernel/prorate-columns';

const differences = `(deal_id text COLLATE "C", investor_id text COLLATE "C", currency char(3),
  recorded_minor bigint, as_recorded_minor bigint, as_should_have_been_minor bigint,
  PRIMARY KEY (deal_id, investor_id))`;

type Row = { investor: string; requested: number; average: number; allocated: number };
type Deal = { id: string; closedOn: string; currency: string; allocation: number; rows: Row[] };
type Past = { total: number; count: number };

/**
 * Pages 3 and 4 as plainly as anybody would write them once: read in order, divide on both bases,
 * store the differences. No certificate, no finding, no progress, no evidence; amounts are trusted
 * to be exact floats, one number of decimals to hold for all currencies.
 */
export async function plainScan(databaseUrl: string, snapshotId: string): Promise<void> {
  const [reader, writer] = [databaseUrl, databaseUrl].map((url) => new Client(url));
  if (reader === undefined || writer === undefined) return;
  await Promise.all([reader.connect(), writer.connect()]);
  await writer.query(`CREATE TABLE plain_differences ${differences}`);
  const into = writer.query(copyFrom('COPY plain_differences FROM STDIN'));
  await pipeline(Readable.from(replay(await readDeals(reader, snapshotId), reader)), into);
  await writer.query('DROP TABLE plain_differences');
  await Promise.all([reader.end(), writer.end()]);
}

async function readDeals(client: Client, snapshotId: string) {
  const { rows } = await client.query<{ id: string; total: string; count: number }>(
    `SELECT investor_id || ' ' || history_currency AS id, history_total_minor AS total,
       history_count AS count FROM investors WHERE snapshot_id = $1 AND history_count > 0`,
    [snapshotId],
  );
  const past = new Map(rows.map(({ id, total, count }) => [id, { total: Number(total), count }]));
  return { past, snapshotId };
}

type Start = { past: Map<string, Past>; snapshotId: string };

async function* replay({ past, snapshotId }: Start, client: Client): AsyncGenerator<string> {
  const corrected = new Map([...past].map(([id, each]) => [id, { ...each }]));
  let today: { deal: Deal; right: Float64Array }[] = [];
  for await (const deal of deals(client, snapshotId)) {
    if (today[0] !== undefined && today[0].deal.closedOn < deal.closedOn) {
      for (const closed of today) grow(corrected, closed);
      today = [];
    }
    const asRecorded = divide(
      deal,
      deal.rows.map((row) => row.average),
    );
    const right = divide(
      deal,
      deal.rows.map((row) => averageOf(corrected.get(`${row.investor} ${deal.currency}`))),
    );
    today.push({ deal, right });
    const lines = deal.rows.flatMap((row, at) => {
      const own = asRecorded[at] ?? 0;
      const all = right[at] ?? 0;
      if (own === row.allocated && all === row.allocated) return [];
      const amounts = `${row.allocated}\t${own}\t${all}`;
      return [`${deal.id}\t${row.investor}\t${deal.currency}\t${amounts}\n`];
    });
    if (lines.length > 0) yield lines.join('');
  }
}

async function* deals(client: Client, snapshotId: string): AsyncGenerator<Deal> {
  const query = `SELECT d.deal_id, d.closed_on, d.currency, d.allocation_minor, c.investor_id,
      c.requested_minor, c.average, c.allocated_minor
    FROM deals d JOIN commitments c USING (snapshot_id, deal_id)
    WHERE snapshot_id = ${snapshotId} ORDER BY d.closed_on, d.deal_id, c.row_number`;
  const input = client.query(copyTo(`COPY (${query}) TO STDOUT`));
  let deal: Deal | undefined;
  for await (const line of createInterface({ input })) {
    const [id = '', closedOn = '', currency = '', allocation, investor = '', ...rest] =
      line.split('\t');
    const [requested, average, allocated] = rest.map(Number);
    if (deal?.id !== id) {
      if (deal !== undefined) yield deal;
      deal = { id, closedOn, currency, allocation: Number(allocation), rows: [] };
    }
    const amounts = { requested: requested ?? 0, allocated: allocated ?? 0 };
    deal.rows.push({ investor, ...amounts, average: Math.round((average ?? 0) * 10_000) });
  }
  if (deal !== undefined) yield deal;
}

function divide(deal: Deal, averages: number[]): Float64Array {
  const shares = new Float64Array(deal.rows.length);
  prorateColumns(
    {
      allocation: deal.allocation,
      requested: Float64Array.from(deal.rows, (row) => row.requested),
      weights: Float64Array.from(averages),
      weightPerMinor: 1,
      ranks: Uint32Array.from(deal.rows, (_, at) => at),
    },
    shares,
  );
  return shares;
}

function averageOf(past: Past | undefined): number {
  return past === undefined ? 0 : Math.round((past.total * 100) / past.count);
}

function grow(past: Map<string, Past>, closed: { deal: Deal; right: Float64Array }): void {
  for (const [at, { investor }] of closed.deal.rows.entries()) {
    const share = closed.right[at] ?? 0;
    if (share === 0) continue;
    const id = `${investor} ${closed.deal.currency}`;
    const { total, count } = past.get(id) ?? { total: 0, count: 0 };
    past.set(id, { total: total + share, count: count + 1 });
  }
}
