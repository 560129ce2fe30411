import { stringify } from 'csv-stringify/sync';
import { dealFactColumns, investorFactColumns } from '../contracts/allocation-wire';
import { formatMinor } from '../domain/money';
import { rowsOf, type Queryable } from './database';
import { recordedRows } from './recorded-deals';

/** The files of an import, by the names they are asked for under. */
export const exportNames = ['deals', 'investors', 'commitments'] as const;
export type ExportName = (typeof exportNames)[number];

/** The last deal to be exported, so that files fetched one after another fit together. */
export type ExportBound = { readonly upTo: number };

const pageDeals = 500;

/**
 * One file of the history, in the columns an import takes.
 *
 * Order: deals as they were allocated, rows within a deal as they were asked, investors by id.
 * Shapes: CSV in UTF-8, header first; a further column appears when any row has it.
 */
export function exportHistory(
  db: Queryable,
  { name, upTo }: ExportBound & { readonly name: ExportName },
): AsyncGenerator<string> {
  if (name === 'deals') return dealLines(db, { upTo });
  return name === 'investors' ? investorLines(db) : commitmentLines(db, { upTo });
}

const dealColumns = [
  'deal_id',
  'name',
  'company',
  'closed_on',
  'currency',
  'allocation',
  'rule_version',
  'stage',
  'policy',
  'agreement_on',
  'error_clause',
  'mark',
];

async function* dealLines(db: Queryable, { upTo }: ExportBound): AsyncGenerator<string> {
  const used = await usedFacts(db, 'deals');
  const columns = [...dealColumns, ...dealFactColumns.filter((column) => used.has(column))];
  yield stringify([columns]);
  type Row = { seq: number; fields: Record<string, string>; currency: string; minor: string };
  for (let since = 0; ;) {
    const rows = await rowsOf<Row>(
      db,
      `SELECT seq, currency, allocation_minor AS minor, facts || jsonb_build_object(
          'deal_id', deal_id, 'name', name, 'company', company, 'closed_on', closed_on::text,
          'currency', currency, 'rule_version', rule_version) AS fields
        FROM allocator.deals WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3`,
      [since, upTo, pageDeals],
    );
    yield stringify(
      rows.map(({ fields, currency, minor }) => {
        const line = { ...fields, allocation: formatMinor(BigInt(minor), currency) };
        return columns.map((column) => (line as Record<string, string>)[column] ?? '');
      }),
    );
    if (rows.length < pageDeals) return;
    since = rows.at(-1)?.seq ?? upTo;
  }
}

const investorColumns = [
  'investor_id',
  'name',
  'email',
  'locale',
  'class',
  'status',
  'history_total',
  'history_count',
  'history_currency',
];

async function* investorLines(db: Queryable): AsyncGenerator<string> {
  const used = await usedFacts(db, 'investors');
  const columns = [...investorColumns, ...investorFactColumns.filter((column) => used.has(column))];
  yield stringify([columns]);
  type Row = { id: string; fields: Record<string, string>; minor: string | null };
  for (let after = ''; ;) {
    const rows = await rowsOf<Row>(
      db,
      `SELECT investor_id AS id, history_total_minor AS minor, facts || jsonb_build_object(
          'investor_id', investor_id, 'name', name, 'email', email, 'locale', locale,
          'class', class, 'status', status, 'history_count', COALESCE(history_count::text, ''),
          'history_currency', COALESCE(history_currency, '')) AS fields
        FROM allocator.investors WHERE investor_id > $1 ORDER BY investor_id LIMIT 5000`,
      [after],
    );
    yield stringify(
      rows.map(({ fields, minor }) => {
        const total =
          minor === null ? '' : formatMinor(BigInt(minor), fields.history_currency ?? '');
        const line = { ...fields, history_total: total };
        return columns.map((column) => (line as Record<string, string>)[column] ?? '');
      }),
    );
    if (rows.length === 0) return;
    after = rows.at(-1)?.id ?? '';
  }
}

async function* commitmentLines(db: Queryable, { upTo }: ExportBound): AsyncGenerator<string> {
  yield stringify([['deal_id', 'investor_id', 'requested', 'average', 'allocated']]);
  for (let since = 0; ;) {
    const deals = await recordedRows(db, { since, limit: pageDeals });
    const wanted = deals.filter(({ seq }) => seq <= upTo);
    yield stringify(
      wanted.flatMap(({ deal, allocations }) =>
        allocations.map((row) => [deal, row.investorId, row.requested, row.average, row.allocated]),
      ),
    );
    if (deals.length < pageDeals || wanted.length < deals.length) return;
    since = deals.at(-1)?.seq ?? upTo;
  }
}

/** The further columns that any row has. */
async function usedFacts(db: Queryable, table: 'deals' | 'investors'): Promise<Set<string>> {
  const rows = await rowsOf<{ name: string }>(
    db,
    `SELECT DISTINCT jsonb_object_keys(facts) AS name FROM allocator.${table}`,
  );
  return new Set(rows.map(({ name }) => name));
}
