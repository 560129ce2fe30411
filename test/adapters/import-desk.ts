import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import type { ImportOutcome } from '../../activities/ports/imports';
import { openPool } from '../../adapters/postgres/pool';
import { registerDiagnose } from '../../scripts/commands/diagnose';
import { registerImpact } from '../../scripts/commands/impact';
import { registerImport } from '../../scripts/commands/import';
import { registerScan } from '../../scripts/commands/scan';
import { importFolder, type FolderImport } from '../../scripts/import/import-folder';
import { instanceKeys } from '../../scripts/stack/secrets';
import { writeDatabaseStack } from '../support/database-stack';
import { createDatabase, type TestDatabase } from '../support/database';
import { historyFolder, removeHistoryFolders } from '../support/history/history-folder';
import { typed, type Typed } from '../support/typed-command';

/** The time at which everything in these tests is imported. */
export const noon = '2026-11-21T12:00:00.000Z';

/** A database to import into, and a state folder that says where it is. */
export class ImportDesk {
  readonly stateDir = mkdtempSync(join(tmpdir(), 'makewhole-import-'));

  private constructor(
    readonly database: TestDatabase,
    readonly pool: Pool,
  ) {}

  /** On a database of its own, or on one that is there already. */
  static async open(given?: TestDatabase): Promise<ImportDesk> {
    const database = given ?? (await createDatabase());
    const desk = new ImportDesk(database, openPool(database.appUrl));
    desk.#writeStack();
    return desk;
  }

  async close(): Promise<void> {
    await this.leave();
    await this.database.drop();
  }

  /** Leaves the database to whom it belongs. */
  async leave(): Promise<void> {
    await this.pool.end();
    rmSync(this.stateDir, { recursive: true });
    removeHistoryFolders();
  }

  get instanceKeyPath(): string {
    return instanceKeys(this.stateDir).privateKeyPath;
  }

  /** Imports files as the command does. */
  import(
    files: Partial<Record<string, string | Buffer>>,
    more: Partial<FolderImport> = {},
  ): Promise<ImportOutcome> {
    const { database, instanceKeyPath } = this;
    const where = { databaseUrl: database.appUrl, instanceKeyPath, at: noon };
    return importFolder({ folder: historyFolder(files), ...where, ...more });
  }

  async count(table: string): Promise<number> {
    const { rows } = await this.pool.query<{ n: number }>(
      `SELECT count(*)::integer AS n FROM ${table}`,
    );
    return rows[0]?.n ?? -1;
  }

  /** Rows of every table an import writes. */
  async rows(): Promise<number[]> {
    const tables = ['snapshots', 'deals', 'investors', 'commitments', 'payment_details'];
    return Promise.all(tables.map((table) => this.count(table)));
  }

  /** Types a command as a person would. */
  run(...words: string[]): Promise<Typed> {
    const registers = [registerImport, registerScan, registerDiagnose, registerImpact];
    return typed({ stateDir: this.stateDir, registers, words });
  }

  #writeStack(): void {
    mkdirSync(this.stateDir, { recursive: true });
    const { privateKeyPath, publicKeyPath } = instanceKeys(this.stateDir);
    writeDatabaseStack(this.stateDir, {
      database: this.database,
      there: {
        ...{ instanceKeyPath: privateKeyPath, instancePublicKeyPath: publicKeyPath },
      },
    });
  }
}
