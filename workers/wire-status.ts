import type { Runs } from '../activities/ports/runs';
import type { StatusReader } from '../activities/ports/status';
import { openPool } from '../adapters/postgres/pool';
import { postgresRuns } from '../adapters/postgres/runs';
import { postgresStatus } from '../adapters/postgres/status';

/** How incidents stand, and which of their runs is live. */
export type StatusAccess = StatusReader & Pick<Runs, 'live'> & { close(): Promise<void> };

/** Connects to how incidents stand in Postgres; close it in the end. */
export function wireStatus(databaseUrl: string): StatusAccess {
  const pool = openPool(databaseUrl, { max: 2, name: 'makewhole-status' });
  const runs = postgresRuns(pool);
  return { ...postgresStatus(pool), live: () => runs.live(), close: () => pool.end() };
}
