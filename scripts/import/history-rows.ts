import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { importFiles, type ImportFault, type ImportFile } from '../../contracts/import-row';
import { checkPaymentDetails } from './check-payment-details';
import { checkCommitment, checkDeal, checkInvestor } from './check-rows';
import { Faults } from './faults';
import { readRows } from './read-rows';
import type { Row } from './row';

/** Says how far a file has been read. */
export type Progress = (step: { file: ImportFile; rows: number; done: boolean }) => void;

const rowsPerStep = 100_000;
const optionalFile: ImportFile = 'payment-details.csv';

/**
 * Opens the files of an import folder; nothing is read before it is asked for.
 *
 * Order: deals are read before commitments, whose amounts are in the deals' currencies.
 */
export function historyRows(folder: string, progress: Progress) {
  const faults = new Faults();
  const currencies = new Map<string, string>();
  const missing = missingFiles(folder);
  for (const fault of missing) faults.add(fault);
  const absent = new Set(missing.map(({ file }) => file));
  const rows = <T>(file: ImportFile, check: (row: Row) => T | undefined) => {
    const isThere = !absent.has(file) && existsSync(join(folder, file));
    return checked({ path: isThere ? join(folder, file) : null, file, faults, progress, check });
  };
  return {
    faults: () => faults.met,
    deals: rows('deals.csv', (row) => {
      const deal = checkDeal(row);
      if (deal !== undefined) currencies.set(deal.dealId, deal.currency);
      return deal;
    }),
    investors: rows('investors.csv', checkInvestor),
    commitments: rows('commitments.csv', (row) => checkCommitment(row, currencies)),
    paymentDetails: rows(optionalFile, checkPaymentDetails),
  };
}

type Checking<T> = {
  /** Null where there is no such file. */
  path: string | null;
  file: ImportFile;
  faults: Faults;
  progress: Progress;
  check: (row: Row) => T | undefined;
};

async function* checked<T>(given: Checking<T>): AsyncGenerator<T> {
  const { path, file, faults, progress, check } = given;
  if (path === null) return;
  let rows = 0;
  for await (const row of readRows({ path, file, faults })) {
    rows += 1;
    const found = check(row);
    if (found !== undefined) yield found;
    if (rows % rowsPerStep === 0) progress({ file, rows, done: false });
  }
  if (rows === 0 && file === 'deals.csv' && faults.met.length === 0) {
    // Nothing found because nothing was looked at would read as "nobody was harmed".
    faults.add({ file, line: 1, column: '', reason: 'expected at least 1 deal, found none' });
  }
  progress({ file, rows, done: true });
}

function missingFiles(folder: string): ImportFault[] {
  return (Object.keys(importFiles) as ImportFile[]).flatMap((file) => {
    const found = statSync(join(folder, file), { throwIfNoEntry: false });
    if (found?.isFile() === true || (found === undefined && file === optionalFile)) return [];
    const reason = found === undefined ? 'this file is missing' : 'expected a file';
    return [{ file, line: 0, column: '', reason }];
  });
}
