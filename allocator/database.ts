import { DatabaseError, Pool, type PoolClient, type QueryResultRow } from 'pg';

/** What answers a query: the pool, or one connection in a transaction. */
export type Queryable = Pick<PoolClient, 'query'>;

/**
 * Opens the service's connections, none of which waits long.
 *
 * Ensures: a database that is gone, stuck or behind a silent network is an error within a second
 * or so, because whoever asks must hear "no" and not nothing.
 */
export function openDatabase(
  url: string,
  { connectionsMax }: { readonly connectionsMax: number },
): Pool {
  const pool = new Pool({
    connectionString: url,
    max: connectionsMax,
    application_name: 'allocator',
    connectionTimeoutMillis: 800,
    query_timeout: 4000,
    statement_timeout: 3500,
    lock_timeout: 3000,
    idle_in_transaction_session_timeout: 5000,
  });
  // A connection that breaks while idle is replaced at the next query; unheard it ends the process.
  pool.on('error', () => undefined);
  return pool;
}

const lastInLine = new WeakMap<Pool, Promise<unknown>>();

/**
 * Runs `work` in one transaction while nobody else allocates, holds, deploys or moves units.
 *
 * Order: whoever comes second sees all the first one did. Callers over one pool wait for their turn
 * here and not in the database, so that a caller over another pool has one before it at most.
 */
export function whileLocked<T>(pool: Pool, work: (db: Queryable) => Promise<T>): Promise<T> {
  const before = lastInLine.get(pool) ?? Promise.resolve();
  const turn = before.then(() => inTransaction(pool, work));
  lastInLine.set(
    pool,
    turn.catch(() => undefined), // Whoever asked hears of it; the next in line goes on.
  );
  return turn;
}

async function inTransaction<T>(pool: Pool, work: (db: Queryable) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { rowCount } = await client.query('SELECT FROM allocator.service FOR UPDATE');
    // Without the row nothing was locked, and two could go at once.
    if (rowCount !== 1) throw new Error(`allocator.service has ${String(rowCount)} rows, not 1`);
    const result = await work(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    await giveBack(client, error);
    throw error;
  }
}

/** Rolls back; a connection that cannot even do that is closed instead of used again. */
async function giveBack(client: PoolClient, error: unknown): Promise<void> {
  if (isOutage(error)) {
    client.release(true);
    return;
  }
  try {
    await client.query('ROLLBACK');
    client.release();
  } catch {
    client.release(true);
  }
}

/** The rows a query gives. */
export async function rowsOf<Row extends QueryResultRow>(
  db: Queryable,
  ...[text, values = []]: [text: string, values?: unknown[]]
): Promise<Row[]> {
  return (await db.query<Row>(text, values)).rows;
}

// Connection, resources, operator, system, transaction rollback, not in state, login, no such
// database, schema or table: the database cannot say, which is not the request's fault.
const outageClasses = new Set(['08', '53', '57', '58', '40', '55', '28', '3D', '3F']);
const undefinedTable = '42P01';
const networkCodes = /^(E[A-Z]+|CERT_.*|DEPTH_.*)$/;
const driverWords = /timeout|terminated|not queryable|Connection/i;

/** Whether an error says that the database cannot answer now, whatever was asked. */
export function isOutage(error: unknown): boolean {
  if (error instanceof DatabaseError) {
    const code = error.code ?? '';
    return code === undefinedTable || outageClasses.has(code.slice(0, 2));
  }
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isOutage);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return code === ''
    ? error.constructor === Error && driverWords.test(error.message)
    : networkCodes.test(code);
}
