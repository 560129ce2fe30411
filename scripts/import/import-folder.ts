import { statSync } from 'node:fs';
import type { ImportOutcome } from '../../activities/ports/imports';
import { CommandError } from '../command-io';
import { csvFolder } from './csv-folder';
import { Faults } from './faults';
import { importTables, type ImportTarget } from './import-tables';

/** A folder to import, and where to. */
export type FolderImport = ImportTarget & { folder: string };

/**
 * Imports a folder of CSV files, as `importTables` does.
 *
 * @throws INPUT_INVALID (rejected) when there is no such folder.
 */
export async function importFolder({ folder, ...target }: FolderImport): Promise<ImportOutcome> {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    const message = `expected a folder with deals.csv and the like, found none at ${folder}`;
    throw new CommandError({ code: 'INPUT_INVALID', kind: 'rejected', message });
  }
  const faults = new Faults();
  return importTables({ tables: csvFolder(folder, faults), faults, name: folder }, target);
}
