import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { ImportFault } from '../../contracts/import-row';

/** Tables of one transaction, in which an import waits until all of it is known to be right. */
export const stagingSql = `
  CREATE TEMPORARY TABLE staged_deals (line integer, deal_id text COLLATE "C", name text,
    company text, closed_on date, currency char(3), allocation_minor bigint, rule_version text,
    facts jsonb) ON COMMIT DROP;
  CREATE TEMPORARY TABLE staged_investors (line integer, investor_id text COLLATE "C", name text,
    email text, locale text, history_total_minor bigint, history_count integer,
    history_currency char(3), facts jsonb) ON COMMIT DROP;
  CREATE TEMPORARY TABLE staged_commitments (line integer, deal_id text COLLATE "C",
    investor_id text COLLATE "C", requested_minor bigint, average text, allocated_minor bigint)
    ON COMMIT DROP;
  CREATE TEMPORARY TABLE staged_payment_details (line integer, investor_id text COLLATE "C",
    sealed bytea, verified_on date) ON COMMIT DROP;`;

/** A table of the above. */
export type StagedTable =
  'staged_deals' | 'staged_investors' | 'staged_commitments' | 'staged_payment_details';

const chunkLength = 1 << 16;

/**
 * Copies rows into a staging table, as fast as they come, holding few of them; null is SQL's NULL.
 */
export async function stage(
  tx: PoolClient,
  { table, rows }: { table: StagedTable; rows: AsyncIterable<readonly (string | null)[]> },
): Promise<void> {
  const copying = tx.query(copyFrom(`COPY ${table} FROM STDIN`));
  await pipeline(Readable.from(copyText(rows)), copying);
}

async function* copyText(rows: AsyncIterable<readonly (string | null)[]>): AsyncGenerator<string> {
  let text = '';
  for await (const row of rows) {
    text += `${row.map(copyField).join('\t')}\n`;
    if (text.length < chunkLength) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}

/** COPY's own escapes; other control characters were refused with their line long before. */
function copyField(value: string | null): string {
  return value === null ? '\\N' : value.replaceAll('\\', '\\\\');
}

/** What only the whole of an import shows: repeated ids, and ids that lead nowhere. */
const crossChecks: readonly { file: string; column: string; sql: string }[] = [
  {
    file: 'deals.csv',
    column: 'deal_id',
    sql: repeated('staged_deals', ['deal_id']),
  },
  {
    file: 'investors.csv',
    column: 'investor_id',
    sql: repeated('staged_investors', ['investor_id']),
  },
  {
    file: 'commitments.csv',
    column: 'investor_id',
    sql: repeated('staged_commitments', ['deal_id', 'investor_id']),
  },
  {
    file: 'commitments.csv',
    column: 'deal_id',
    sql: unknown('staged_commitments', { column: 'deal_id', table: 'staged_deals' }),
  },
  {
    file: 'commitments.csv',
    column: 'investor_id',
    sql: unknown('staged_commitments', { column: 'investor_id', table: 'staged_investors' }),
  },
  {
    file: 'payment-details.csv',
    column: 'investor_id',
    sql: repeated('staged_payment_details', ['investor_id']),
  },
  {
    file: 'payment-details.csv',
    column: 'investor_id',
    sql: unknown('staged_payment_details', { column: 'investor_id', table: 'staged_investors' }),
  },
];

function repeated(table: StagedTable, columns: readonly string[]): string {
  const key = columns.join(', ');
  const said = columns.map((column) => `to_json(${column})`).join(` || ' and ' || `);
  return `SELECT line, 'expected each ${columns.join(' with ')} once, found ' || ${said}
      || ' again; it stands on line ' || first AS reason
    FROM (SELECT *, first_value(line) OVER (PARTITION BY ${key} ORDER BY line) AS first
      FROM ${table}) AS seen WHERE line <> first`;
}

function unknown(table: StagedTable, of: { column: string; table: StagedTable }): string {
  const file = of.table === 'staged_deals' ? 'deals.csv' : 'investors.csv';
  return `SELECT line,
      'expected a ${of.column} of ${file}, found ' || to_json(${of.column}) AS reason
    FROM ${table} t WHERE NOT EXISTS (
      SELECT FROM ${of.table} o WHERE o.${of.column} = t.${of.column})`;
}

/** Faults between rows and files, at most `most` of them. Order: by file, then line. */
export async function crossFaults(tx: PoolClient, most: number): Promise<ImportFault[]> {
  const faults: ImportFault[] = [];
  for (const { file, column, sql } of crossChecks) {
    const { rows } = await tx.query<{ line: number; reason: string }>(
      `${sql} ORDER BY line LIMIT $1`,
      [most - faults.length],
    );
    faults.push(...rows.map(({ line, reason }) => ({ file, line, column, reason })));
    if (faults.length >= most) break;
  }
  return faults;
}
