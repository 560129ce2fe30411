import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** Tables of one transaction, in which an import waits until all of it is known to be right. */
export const stagingSql = `
  CREATE TEMPORARY TABLE staged_deals (line integer, deal_id text COLLATE "C", name text,
    company text, closed_on date, currency char(3), allocation_minor bigint, rule_version text,
    facts jsonb) ON COMMIT DROP;
  CREATE TEMPORARY TABLE staged_investors (line integer, investor_id text COLLATE "C", name text,
    email text, locale text, history_total_minor bigint, history_count integer,
    history_currency char(3), facts jsonb) ON COMMIT DROP;
  CREATE TEMPORARY TABLE staged_commitments (line integer, deal_id text COLLATE "C",
    investor_id text COLLATE "C", row_number integer, requested_minor bigint, average text,
    allocated_minor bigint)
    ON COMMIT DROP;
  CREATE TEMPORARY TABLE staged_payment_details (line integer, investor_id text COLLATE "C",
    sealed bytea, verified_on date) ON COMMIT DROP;`;

/** A table of the above. */
export type StagedTable =
  'staged_deals' | 'staged_investors' | 'staged_commitments' | 'staged_payment_details';

/** Copies lines into a staging table, as fast as they come, a block of them at a time. */
export async function stage(
  tx: PoolClient,
  { table, text }: { table: StagedTable; text: AsyncIterable<string> },
): Promise<void> {
  const copying = tx.query(copyFrom(`COPY ${table} FROM STDIN`));
  await pipeline(Readable.from(text), copying);
}

/** A row as COPY reads it; null is SQL's NULL. */
export function copyLine(row: readonly (string | null)[]): string {
  return `${row.map((value) => (value === null ? '\\N' : copyField(value))).join('\t')}\n`;
}

/** COPY's own escapes; control characters were refused with their line long before. */
export function copyField(value: string): string {
  return value.includes('\\') ? value.replaceAll('\\', '\\\\') : value;
}
