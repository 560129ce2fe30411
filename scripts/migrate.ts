import { basename, join } from 'node:path';
import { runner } from 'node-pg-migrate';
import { packageRoot } from '../workers/package-root';
import { CommandError } from './command-io';
import { checkMigrationSums } from './migration-sums';
import { connectDatabase } from './stack/connect-database';

/** Which numbered SQL files to run, and where their record is kept. */
export interface Migrations {
  /** The folder of `NNNN-name.sql` files, absolute or from the root of the package. */
  readonly folder: string;
  /** The table that records which of them ran. */
  readonly table: string;
  /** The schema they work in, created when missing. */
  readonly schema: string;
}

/** Makewhole's own tables. */
export const ownMigrations: Migrations = {
  folder: 'adapters/postgres/migrations',
  table: 'schema_migrations',
  schema: 'public',
};

/** The tables of the reference allocation service, in a schema of their own. */
export const allocatorMigrations: Migrations = {
  folder: 'allocator/migrations',
  table: 'allocator_migrations',
  schema: 'allocator',
};

function failed(error: unknown, lastStarted: string): CommandError {
  const said = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const message = `Migration ${lastStarted} did not run, nothing was changed: ${said}`;
  if (code === '42501') {
    const remedy = 'Give DATABASE_URL a login that may create tables and roles.';
    return new CommandError({
      code: 'DATABASE_DOWN',
      kind: 'fault',
      message: `${message}. ${remedy}`,
      cause: error,
    });
  }
  return new CommandError({ code: 'UNEXPECTED', kind: 'bug', message, cause: error });
}

/**
 * Brings a database up to date: runs the SQL files it has not seen, in one transaction, forward
 * only. Of several callers at once one runs them and the others wait.
 *
 * Retry: safe; a second run changes nothing.
 * @throws DATABASE_DOWN (fault) when it cannot be reached or may not be changed
 * @throws MIGRATION_EDITED (bug) when a published file was changed
 */
export async function runMigrations(
  databaseUrl: string,
  migrations: Migrations = ownMigrations,
): Promise<readonly string[]> {
  const { table, schema } = migrations;
  const folder = migrations.folder.startsWith('/')
    ? migrations.folder
    : join(packageRoot(), migrations.folder);
  checkMigrationSums(folder);
  const client = await connectDatabase(databaseUrl);
  let current = basename(folder);
  const note = (text: string): void => {
    current = /^### MIGRATION (\S+)/.exec(text)?.[1] ?? current;
  };
  const quiet = (): void => undefined;
  try {
    const ran = await runner({
      dbClient: client,
      dir: folder,
      ignorePattern: '(?!.*[.]sql$).*',
      direction: 'up',
      migrationsTable: table,
      migrationsSchema: schema,
      schema,
      createSchema: true,
      createMigrationsSchema: true,
      singleTransaction: true,
      advisoryLockMode: 'wait',
      logger: { info: note, warn: quiet, error: quiet, debug: quiet },
    });
    return ran.map(({ name }) => name);
  } catch (error) {
    throw failed(error, current);
  } finally {
    await client.end();
  }
}
