import type { ImportOutcome } from '../../activities/ports/imports';
import { wireHistory } from '../../workers/wire-history';
import { CommandError } from '../command-io';
import type { Faults } from './faults';
import { historyRows, type Progress } from './history-rows';
import type { TableSource } from './records';

/** Where an import goes, and how. */
export type ImportTarget = {
  databaseUrl: string;
  instanceKeyPath: string;
  at: string;
  dryRun?: boolean;
  supersede?: string;
  progress?: Progress;
  onStoring?: () => void;
};

/** What is imported: tables, what was wrong with them so far, and their origin for people. */
export type ImportOrigin = { tables: TableSource; faults: Faults; name: string };

const lostCodes = /^(08|53|57P0)/;

/**
 * Imports tables, all of them or nothing.
 *
 * Retry: safe; the same content twice changes nothing.
 * @throws SNAPSHOT_CHANGED (refused) when another content is imported already.
 * @throws DATABASE_DOWN (fault) when the database went away; nothing is imported then.
 */
export async function importTables(
  { tables, faults, name }: ImportOrigin,
  target: ImportTarget,
): Promise<ImportOutcome> {
  const { databaseUrl, progress = () => undefined, supersede } = target;
  const history = wireHistory(databaseUrl);
  try {
    return await history.importHistory({
      rows: historyRows({ source: tables, faults, progress }),
      instanceKeyPath: target.instanceKeyPath,
      source: name,
      at: target.at,
      dryRun: target.dryRun ?? false,
      onStoring: target.onStoring,
      ...(supersede === undefined ? {} : { supersede }),
    });
  } catch (error) {
    throw asLost(error);
  } finally {
    await history.close();
  }
}

function asLost(error: unknown): unknown {
  if (!(error instanceof Error) || 'kind' in error) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const isLost =
    lostCodes.test(code) || /^(Connection|Client) .*(terminated|closed)/.test(error.message);
  if (!isLost) return error;
  const message = `The database went away (${error.message}): nothing was imported. Try again.`;
  return new CommandError({ code: 'DATABASE_DOWN', kind: 'fault', message, cause: error });
}
