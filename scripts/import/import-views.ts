import type { ImportOutcome } from '../../activities/ports/imports';
import { openSource } from '../../workers/wire-source';
import { Faults } from './faults';
import { importTables, type ImportTarget } from './import-tables';
import { sqlViews } from './sql-views';

/** Views of a platform's own database to import, and where to. */
export type ViewsImport = ImportTarget & { url: string; schema: string };

/**
 * Imports views of a platform's own PostgreSQL, as `importTables` does with files of the same
 * columns.
 *
 * Ensures: nothing of the URL but server, database and schema is kept or printed.
 * @throws INPUT_INVALID (rejected) when the URL is none.
 * @throws SOURCE_DOWN (fault) when that database does not serve.
 */
export async function importViews({ url, schema, ...target }: ViewsImport): Promise<ImportOutcome> {
  const source = await openSource({ url, schema });
  const faults = new Faults();
  const name = `postgresql ${source.address}, schema ${schema}`;
  try {
    return await importTables(
      { tables: sqlViews({ source, schema, faults }), faults, name },
      target,
    );
  } finally {
    await source.close();
  }
}
