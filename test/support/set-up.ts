import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSql } from './run-sql';
import { startPostgres, type RunningPostgres } from '../../scripts/stack/postgres';
import { findTemporal } from '../../scripts/stack/temporal-binaries';
import { allocatorMigrations, runMigrations } from '../../scripts/migrate';
import { packageRoot } from '../../workers/package-root';
import { urlOfDatabase } from './database-url';
import { keepForTearDown } from './servers';

/** Starts what all rings share, once: a database server with a migrated template, and Temporal. */
export default async function setUp(): Promise<void> {
  await Promise.all([
    setUpDatabase().catch((error: unknown) => {
      // Rings that need no database still run; createDatabase says this to those that do.
      process.env['MAKEWHOLE_TEST_DATABASE_MISSING'] = String(error);
    }),
    setUpTemporal(),
  ]);
}

/** `DATABASE_URL` wins; otherwise an embedded server that ends with this run, however it ends. */
async function setUpDatabase(): Promise<void> {
  const serverUrl = process.env['DATABASE_URL'] ?? (await startEmbedded());
  const template = `makewhole_template_${randomBytes(4).toString('hex')}`;
  await runSql(serverUrl, `CREATE DATABASE ${template}`);
  keepForTearDown(async () => runSql(serverUrl, `DROP DATABASE ${template} WITH (FORCE)`));
  const templateUrl = urlOfDatabase(serverUrl, template);
  await runMigrations(templateUrl);
  await runMigrations(templateUrl, allocatorMigrations);
  process.env['MAKEWHOLE_TEST_SERVER_URL'] = serverUrl;
  process.env['MAKEWHOLE_TEST_TEMPLATE'] = template;
}

async function startEmbedded(): Promise<string> {
  const stateDir = mkdtempSync(join(tmpdir(), 'makewhole-test-'));
  const postgres = await startPostgres({ stateDir });
  const reaper = startReaper(postgres, stateDir);
  keepForTearDown(async () => {
    await postgres.stop();
    reaper.stdin.end();
  });
  // Nothing of it outlives this run, so nothing waits for the disk.
  for (const setting of ['fsync', 'full_page_writes', 'synchronous_commit', 'autovacuum']) {
    await runSql(postgres.adminUrl, `ALTER SYSTEM SET ${setting} = off`);
  }
  await runSql(postgres.adminUrl, 'SELECT pg_reload_conf()');
  return postgres.adminUrl;
}

/** A run that is killed tears nothing down; whoever waits for its end then does. */
function startReaper(postgres: RunningPostgres, stateDir: string) {
  const script = join(packageRoot(), 'test/support/reaper.mjs');
  const folders = [stateDir, postgres.dataFolder];
  const args = [script, String(postgres.record.pid), ...folders];
  const reaper = spawn(process.execPath, args, {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  reaper.unref();
  return reaper;
}

/** Puts the programs where the servers of tests look; who needs none does not miss them. */
async function setUpTemporal(): Promise<void> {
  process.env['GOGC'] ??= '400'; // They are written in Go, and live too briefly to be tidied.
  const names = {
    cli: 'MAKEWHOLE_TEMPORAL_CLI',
    'test-server': 'MAKEWHOLE_TEMPORAL_TEST_SERVER',
  } as const;
  for (const program of ['cli', 'test-server'] as const) {
    try {
      process.env[names[program]] = (await findTemporal({ program })).path;
    } catch (error) {
      process.env['MAKEWHOLE_TEST_TEMPORAL_MISSING'] = String(error);
    }
  }
}
