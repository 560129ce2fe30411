import type { StatusReader } from '../activities/ports/status';
import { openPool } from '../adapters/postgres/pool';
import { postgresStatus } from '../adapters/postgres/status';

/** Connects to how incidents stand in Postgres; close it in the end. */
export function wireStatus(databaseUrl: string): StatusReader & { close(): Promise<void> } {
  const pool = openPool(databaseUrl, { max: 2, name: 'makewhole-status' });
  return { ...postgresStatus(pool), close: () => pool.end() };
}
