import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { runMigrations } from '../../scripts/migrate';
import { startPostgres, type RunningPostgres } from '../../scripts/stack/postgres';

/** A database server of our own with Makewhole's tables, gone when closed. */
export async function scratchDatabase(): Promise<{
  postgres: RunningPostgres;
  stateDir: string;
  adminUrl: string;
  appUrl: string;
  close(): Promise<void>;
}> {
  const stateDir = mkdtempSync(join(tmpdir(), 'makewhole-bench-'));
  const postgres = await startPostgres({ stateDir });
  const { adminUrl, dataFolder } = postgres;
  const close = async () => {
    await postgres.stop();
    for (const folder of [stateDir, dataFolder]) rmSync(folder, { recursive: true, force: true });
  };
  await runMigrations(adminUrl).catch(async (error: unknown) => {
    await close(); // No server stays behind.
    throw error;
  });
  const appUrl = new URL(adminUrl);
  appUrl.searchParams.set('options', '-c role=makewhole_app');
  return { postgres, stateDir, adminUrl, appUrl: appUrl.toString(), close };
}

const filled = 'snapshots, deals, investors, commitments, incidents, impacts, certificates, chunks';

/** Empties all that an import and a scan have written, and what hangs on it. */
export const emptyTables = (adminUrl: string): Promise<void> =>
  asAdmin(adminUrl, `TRUNCATE ${filled} CASCADE`);

/** Writes what waits to be written, so that nobody who is measured next does. */
export const checkpoint = (adminUrl: string): Promise<void> => asAdmin(adminUrl, 'CHECKPOINT');

/** Counts what was written, for plans that fit it, and writes what waits to be written. */
export const settled = (adminUrl: string): Promise<void> =>
  asAdmin(adminUrl, 'ANALYZE; CHECKPOINT');

async function asAdmin(adminUrl: string, sql: string): Promise<void> {
  const client = new Client(adminUrl);
  await client.connect();
  await client.query(sql);
  await client.end();
}

/** An incident on what was imported last. */
export async function bindIncident(
  adminUrl: string,
  number = 1,
): Promise<{ incidentId: string; snapshotId: string }> {
  const client = new Client(adminUrl);
  await client.connect();
  const incidentId = `INC-2026-${String(number).padStart(4, '0')}`;
  const { rows } = await client.query<{ snapshotId: string }>(
    `INSERT INTO incidents (incident_id, number, summary, drill, pack, pack_digest, pack_snapshot,
       opened_by, opened_at, stage_since, snapshot_id)
     SELECT $1, $2, 'bench', true, 'demo', repeat('0', 64), '{}', 'bench', now(), now(),
       max(snapshot_id) FROM snapshots RETURNING snapshot_id AS "snapshotId"`,
    [incidentId, number],
  );
  await client.query('ANALYZE');
  await client.end();
  return { incidentId, snapshotId: rows[0]?.snapshotId ?? '' };
}
