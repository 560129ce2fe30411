import { Pool, types, type PoolClient } from 'pg';

// A SQL date has no zone: as a Date it would move by a day west of Greenwich.
types.setTypeParser(types.builtins.DATE, (text) => text);

/** Whoever can run a statement: a pool, or the client of one open transaction. */
export type Queryable = Pick<PoolClient, 'query'>;

/**
 * Opens a pool on Makewhole's database.
 *
 * Ensures: no statement, lock or idle transaction outlives its limit; a lost server never kills the
 * process; instants come back as Date, dates and bigints as text.
 */
export function openPool(databaseUrl: string, options: { max?: number; name?: string } = {}): Pool {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: options.max ?? 10,
    application_name: options.name ?? 'makewhole',
    connectionTimeoutMillis: 5_000,
    statement_timeout: 120_000,
    lock_timeout: 30_000,
    idle_in_transaction_session_timeout: 60_000,
    allowExitOnIdle: true,
  });
  // Without listeners a lost connection, idle or at work, ends the whole process; whoever works on
  // it hears of the loss from their own statement.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Runs `work` in one transaction: all of it is committed, or nothing is. */
export async function inTransaction<T>(
  pool: Pool,
  work: (tx: PoolClient) => Promise<T>,
): Promise<T> {
  return onClient(pool, async (tx) => {
    await tx.query('BEGIN');
    const result = await work(tx);
    await tx.query('COMMIT');
    return result;
  });
}

/** Lends a client to work that begins and commits by itself; what it leaves open is undone. */
export async function onClient<T>(pool: Pool, work: (tx: PoolClient) => Promise<T>): Promise<T> {
  const tx = await pool.connect();
  let broken: Error | undefined;
  try {
    return await work(tx);
  } catch (error) {
    await tx.query('ROLLBACK').catch((rollbackError: unknown) => {
      broken = rollbackError instanceof Error ? rollbackError : new Error(String(rollbackError));
    });
    throw error;
  } finally {
    tx.release(broken);
  }
}
