import type { HistoryRows } from '../../activities/ports/imports';
import type { ImportFile } from '../../contracts/import-row';
import { checkPaymentDetails } from './check-payment-details';
import { checkCommitment, checkDeal, checkInvestor } from './check-rows';
import type { Faults } from './faults';
import type { TableSource } from './records';
import { Row } from './row';

/** Says how far a table has been read, by the name of its file or view. */
export type Progress = (step: { table: string; rows: number; done: boolean }) => void;

const rowsPerStep = 100_000;

/**
 * The rows of an import, checked one by one; nothing is read before it is asked for.
 *
 * Order: deals are read before commitments, whose amounts are in the deals' currencies.
 */
export function historyRows(given: {
  source: TableSource;
  faults: Faults;
  progress: Progress;
}): HistoryRows {
  const { source, faults } = given;
  const currencies = new Map<string, string>();
  const rows = <T>(file: ImportFile, check: (row: Row) => T | undefined) => {
    return checked({ ...given, file, check });
  };
  return {
    faults: () => faults.met,
    nameOf: (file) => source.nameOf(file),
    place: source.place,
    deals: rows('deals.csv', (row) => {
      const deal = checkDeal(row);
      if (deal !== undefined) currencies.set(deal.dealId, deal.currency);
      return deal;
    }),
    investors: rows('investors.csv', checkInvestor),
    commitments: rows('commitments.csv', (row) => checkCommitment(row, currencies)),
    paymentDetails: rows('payment-details.csv', checkPaymentDetails),
  };
}

type Checking<T> = {
  source: TableSource;
  file: ImportFile;
  faults: Faults;
  progress: Progress;
  check: (row: Row) => T | undefined;
};

async function* checked<T>(given: Checking<T>): AsyncGenerator<T[]> {
  const { source, file, faults, progress, check } = given;
  const table = faults.full ? undefined : await source.open(file);
  if (table === undefined) return;
  const name = source.nameOf(file);
  const row = new Row({ file, columns: table.columns, source, faults });
  let rows = 0;
  for await (const records of table.blocks) {
    const sound: T[] = [];
    for (const record of records) {
      if (faults.full) break;
      rows += 1;
      const found = row.isWhole(record) ? check(row) : undefined;
      if (found !== undefined) sound.push(found);
      if (rows % rowsPerStep === 0) progress({ table: name, rows, done: false });
    }
    if (sound.length > 0) yield sound;
    if (faults.full) break;
  }
  if (rows === 0 && file === 'deals.csv' && faults.met.length === 0) {
    // Nothing found because nothing was looked at would read as "nobody was harmed".
    const line = source.place === 'line' ? 1 : 0;
    faults.add({ file: name, line, column: '', reason: 'expected at least 1 deal, found none' });
  }
  progress({ table: name, rows, done: true });
}
