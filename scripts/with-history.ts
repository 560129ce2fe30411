import { wireHistory, type HistoryAccess } from '../workers/wire-history';
import type { Snapshot } from '../activities/ports/imports';
import { CommandError, type CommandIo } from './command-io';
import { readStack } from './stack/read-stack';

/** Runs `work` with imported history in the database of the running stack. */
export async function withHistory<T>(
  io: CommandIo,
  work: (history: HistoryAccess) => Promise<T>,
): Promise<T> {
  const history = wireHistory(readStack(io.stateDir).databaseUrl);
  try {
    return await work(history);
  } finally {
    await history.close();
  }
}

/**
 * The snapshot that counts now.
 *
 * @throws NOT_FOUND (refused) when nothing is imported yet.
 */
export async function latestImport({ imports }: HistoryAccess): Promise<Snapshot> {
  const snapshot = await imports.latestSnapshot();
  if (snapshot !== null) return snapshot;
  const message = 'Nothing is imported yet. Load the history with ./makewhole import DIR.';
  throw new CommandError({ code: 'NOT_FOUND', kind: 'refused', message });
}
