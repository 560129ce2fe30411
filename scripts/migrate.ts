import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runner } from 'node-pg-migrate';
import { packageRoot } from '../workers/package-root';
import { CommandError } from './command-io';
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

const manifestName = 'CHECKSUMS';

function edited(message: string): CommandError {
  return new CommandError({ code: 'MIGRATION_EDITED', kind: 'bug', message });
}

function manifestOf(folder: string): Map<string, string> {
  const lines = readFileSync(join(folder, manifestName), 'utf8').split('\n');
  const entries = lines.flatMap((line): [string, string][] => {
    const [, sum, name] = /^([0-9a-f]{64}) {2}(\S+)$/.exec(line) ?? [];
    return sum === undefined || name === undefined ? [] : [[name, sum]];
  });
  return new Map(entries);
}

/**
 * Compares every migration with the folder's CHECKSUMS, which lists those that were published: they
 * must never change again, since databases exist that ran them. A folder without the file has
 * published none.
 *
 * @throws MIGRATION_EDITED (bug) when one was edited, removed, or is not listed
 */
export function checkMigrationSums(folder: string): void {
  if (!existsSync(join(folder, manifestName))) return;
  const manifest = manifestOf(folder);
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.sql'))) {
    const expected = manifest.get(name);
    const found = createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
    if (expected === undefined) {
      const remedy = 'add it with: node scripts/checksum-migrations.mjs';
      throw edited(`Migration ${name} is not in ${manifestName}: ${remedy}`);
    }
    if (found !== expected) {
      const remedy = 'restore it, and put the change into a new migration';
      throw edited(`Migration ${name} was edited after it was published: ${remedy}.`);
    }
    manifest.delete(name);
  }
  const [lost] = manifest.keys();
  if (lost !== undefined) throw edited(`Published migration ${lost} is gone: restore it.`);
}

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
