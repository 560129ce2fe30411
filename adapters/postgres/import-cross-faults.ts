import type { PoolClient } from 'pg';
import type { HistoryRows } from '../../activities/ports/imports';
import { keyColumns, type ImportFault, type ImportFile } from '../../contracts/import-row';
import type { StagedTable } from './import-staging';

/** A check of a whole table: its keys are there once, or they are keys of another one. */
type CrossCheck = { readonly file: ImportFile; readonly leadsTo?: ImportFile };

const staged: Readonly<Record<ImportFile, StagedTable>> = {
  'deals.csv': 'staged_deals',
  'investors.csv': 'staged_investors',
  'commitments.csv': 'staged_commitments',
  'payment-details.csv': 'staged_payment_details',
};

const crossChecks: readonly CrossCheck[] = [
  { file: 'deals.csv' },
  { file: 'investors.csv' },
  { file: 'commitments.csv' },
  { file: 'commitments.csv', leadsTo: 'deals.csv' },
  { file: 'commitments.csv', leadsTo: 'investors.csv' },
  { file: 'payment-details.csv' },
  { file: 'payment-details.csv', leadsTo: 'investors.csv' },
];

/** `first` is the line on which the same ids stand already. */
type Found = { line: number; first: number; ids: string[] };

/**
 * What only the whole of an import shows: repeated ids, and ids that lead nowhere.
 *
 * Order: by file, then line, at most `most` of them.
 */
export async function crossFaults(
  tx: PoolClient,
  { rows: names, most }: { rows: Pick<HistoryRows, 'nameOf' | 'place'>; most: number },
): Promise<ImportFault[]> {
  await tx.query(`ANALYZE ${Object.values(staged).join(', ')}`);
  const faults: ImportFault[] = [];
  for (const check of crossChecks) {
    const sql = `${sqlOf(check)} ORDER BY line LIMIT $1`;
    const { rows } = await tx.query<Found>(sql, [most - faults.length]);
    faults.push(...rows.map((found) => faultOf(found, { check, names })));
    if (faults.length >= most) break;
  }
  return faults;
}

function sqlOf({ file, leadsTo }: CrossCheck): string {
  const ids = keyColumns[file].join(', ');
  if (leadsTo === undefined) {
    return `SELECT line, first, ARRAY[${ids}] AS ids
      FROM (SELECT *, first_value(line) OVER (PARTITION BY ${ids} ORDER BY line) AS first
        FROM ${staged[file]}) AS seen WHERE line <> first`;
  }
  const id = keyColumns[leadsTo].join();
  return `SELECT line, 0 AS first, ARRAY[${ids}] AS ids FROM ${staged[file]} t
    WHERE NOT EXISTS (SELECT FROM ${staged[leadsTo]} o WHERE o.${id} = t.${id})`;
}

type Asked = { check: CrossCheck; names: Pick<HistoryRows, 'nameOf' | 'place'> };

function faultOf({ line, first, ids }: Found, { check, names }: Asked): ImportFault {
  const { file, leadsTo } = check;
  const columns = keyColumns[file];
  const quoted = ids.map((id) => JSON.stringify(id));
  const column = leadsTo === undefined ? (columns.at(-1) ?? '') : keyColumns[leadsTo].join();
  const again = `expected each ${columns.join(' with ')} once, found ${quoted.join(' and ')} again`;
  const id = quoted[columns.indexOf(column)];
  const reason =
    leadsTo === undefined
      ? `${again}; it stands on ${names.place} ${first}`
      : `expected a ${column} of ${names.nameOf(leadsTo)}, found ${id}`;
  const fault = { file: names.nameOf(file), line, column, reason };
  if (names.place === 'line') return fault;
  return { ...fault, key: columns.map((name, at) => `${name} ${quoted[at]}`).join(', ') };
}
