import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { importFiles, type ImportFile } from '../../../contracts/import-row';
import type { DiagnosableDeal } from '../../../domain/diagnose';
import type { History } from '../../../domain/histories';
import { formatMinor } from '../../../domain/money';

/** A platform's history as a test makes it up. */
export type PlatformHistory = {
  deals: readonly DiagnosableDeal[];
  start: ReadonlyMap<string, History>;
};

/** Texts of files by name, as they are written into a folder. */
export type HistoryFiles = Record<Exclude<ImportFile, 'payment-details.csv'>, string> &
  Partial<Record<'payment-details.csv', string>>;

/** The files an import takes, the required columns only. Order: deals and rows as they come. */
export function historyFiles({ deals, start }: PlatformHistory): HistoryFiles {
  const rows = deals.flatMap((deal) => deal.commitments.map((row) => ({ deal, row })));
  const investors = [...new Set([...start.keys(), ...rows.map(({ row }) => row.investorId)])];
  return {
    'deals.csv': csv('deals.csv', deals.map(dealLine)),
    'investors.csv': csv(
      'investors.csv',
      investors.map((id) => investorLine(id, start.get(id))),
    ),
    'commitments.csv': csv(
      'commitments.csv',
      rows.map(({ deal, row }) => [
        deal.dealId,
        row.investorId,
        formatMinor(row.requested, deal.currency),
        row.average,
        formatMinor(row.allocated, deal.currency),
      ]),
    ),
  };
}

const made: string[] = [];

/** Removes every folder that historyFolder made. */
export function removeHistoryFolders(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Writes files into a new folder and answers its path. */
export function historyFolder(files: Partial<Record<string, string | Buffer>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'makewhole-history-'));
  made.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text ?? '');
  return folder;
}

function csv(file: ImportFile, lines: string[][]): string {
  return stringify([[...importFiles[file].required], ...lines]);
}

function dealLine(deal: DiagnosableDeal): string[] {
  const { dealId, closedOn, currency, allocation, ruleVersion } = deal;
  const amount = formatMinor(allocation, currency);
  const head = [dealId, `Deal ${dealId}`, `Company of ${dealId}`, closedOn, currency, amount];
  return [...head, ruleVersion, 'closed', 'us-private', '', 'none', '1.00'];
}

function investorLine(id: string, history: History | undefined): string[] {
  const past =
    history === undefined
      ? ['', '', '']
      : [formatMinor(history.total, history.currency), String(history.count), history.currency];
  return [id, `Investor ${id}`, `${id}@investor.example`, 'en', 'professional', 'active', ...past];
}
