import { statSync } from 'node:fs';
import type { ImportOutcome } from '../../activities/ports/imports';
import { wireHistory } from '../../workers/wire-history';
import { CommandError } from '../command-io';
import { historyRows, type Progress } from './history-rows';

/** A folder to import, and where to. */
export type FolderImport = {
  folder: string;
  databaseUrl: string;
  instanceKeyPath: string;
  at: string;
  dryRun?: boolean;
  supersede?: string;
  progress?: Progress;
};

const lostCodes = /^(08|53|57P0)/;

/**
 * Imports a folder of CSV files, all of it or nothing.
 *
 * Retry: safe; the same content twice changes nothing.
 * @throws INPUT_INVALID (rejected) when there is no such folder.
 * @throws SNAPSHOT_CHANGED (refused) when another content is imported already.
 * @throws DATABASE_DOWN (fault) when the database went away; nothing is imported then.
 */
export async function importFolder(given: FolderImport): Promise<ImportOutcome> {
  const { folder, databaseUrl, progress = () => undefined, supersede } = given;
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    const message = `expected a folder with deals.csv and the like, found none at ${folder}`;
    throw new CommandError({ code: 'INPUT_INVALID', kind: 'rejected', message });
  }
  const history = wireHistory(databaseUrl);
  try {
    return await history.importHistory({
      rows: historyRows(folder, progress),
      instanceKeyPath: given.instanceKeyPath,
      source: folder,
      at: given.at,
      dryRun: given.dryRun ?? false,
      ...(supersede === undefined ? {} : { supersede }),
    });
  } catch (error) {
    throw asLost(error);
  } finally {
    await history.close();
  }
}

function asLost(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const isLost =
    lostCodes.test(code) || /^(Connection|Client) .*(terminated|closed)/.test(error.message);
  if (!isLost) return error;
  const message = `The database went away (${error.message}): nothing was imported. Try again.`;
  return new CommandError({ code: 'DATABASE_DOWN', kind: 'fault', message, cause: error });
}
