import { Client, DatabaseError } from 'pg';
import { to as copyTo } from 'pg-copy-streams';

/** A column of a view: `type` as Postgres writes it, `category` its letter in `pg_type`. */
export type SourceColumn = {
  readonly name: string;
  readonly type: string;
  readonly category: string;
};

/** What to read of a view, and sorted by what; without `orderBy` in the view's own order. */
export type SourceReading = {
  readonly view: string;
  readonly columns: readonly string[];
  readonly orderBy?: readonly string[] | undefined;
};

/** A platform's own database, seen as it was at one moment. */
export type SourceViews = {
  /** Server and database, without login and secret. */
  readonly address: string;
  readonly login: string;
  /** Whether it has the schema whose views are read. */
  hasSchema(): Promise<boolean>;
  /** The columns of a view or table; undefined when there is none of that name. */
  columnsOf(view: string): Promise<readonly SourceColumn[] | undefined>;
  /**
   * Reads rows as COPY writes them in its text format.
   *
   * @throws SourceUnreadable when the database refuses.
   */
  read(reading: SourceReading): AsyncIterable<Buffer>;
  close(): Promise<void>;
};

/** What a platform's database refused, in its own words and with its own code. */
export class SourceUnreadable extends Error {
  constructor(
    readonly state: string,
    said: string,
  ) {
    super(said);
    this.name = 'SourceUnreadable';
  }
}

/** A platform's database that is not there, or lets nobody in; says where, not by which secret. */
export class SourceDown extends Error {
  readonly code = 'SOURCE_DOWN';
  readonly kind = 'fault';
}

/** A URL that is none, which is not repeated, since a password may be in it. */
export class SourceUrlInvalid extends Error {
  readonly code = 'INPUT_INVALID';
  readonly kind = 'rejected';
  readonly path = '--from-sql';
}

/**
 * Opens a platform's database for reading, by one snapshot of it.
 *
 * Ensures: one REPEATABLE READ, READ ONLY transaction reads everything, so nothing is written and
 * all views are of the same moment; rows that a policy would hide are an error, not left out; dates
 * come in ISO form whatever the login's settings.
 * @throws SOURCE_DOWN (fault) when it cannot be reached or does not let the login in.
 * @throws INPUT_INVALID (rejected) when the URL is none.
 */
export async function openSourceViews(given: {
  url: string;
  schema: string;
}): Promise<SourceViews> {
  const client = clientOf(given.url);
  client.on('error', () => undefined); // Whoever reads hears of the loss from their own statement.
  const address = `${client.host}:${client.port}/${client.database ?? ''}`;
  try {
    await client.connect();
    await client.query(opening);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw down(address, error);
  }
  const schemaName = client.escapeIdentifier(given.schema);
  return {
    address,
    login: client.user ?? '',
    hasSchema: async () => {
      const sql = 'SELECT FROM pg_namespace WHERE nspname = $1';
      return (await client.query(sql, [given.schema])).rowCount !== 0;
    },
    columnsOf: async (view) => {
      const { rows } = await client.query<SourceColumn>(columnsSql, [given.schema, view]);
      return rows.length === 0 ? undefined : rows;
    },
    read: ({ view, columns, orderBy = [] }) => {
      const list = (names: readonly string[], as = '') => {
        return names.map((name) => `${client.escapeIdentifier(name)}${as}`).join(', ');
      };
      const sorted = orderBy.length === 0 ? '' : ` ORDER BY ${list(orderBy)}`;
      const from = `${schemaName}.${client.escapeIdentifier(view)}${sorted}`;
      return copied(client, { sql: `SELECT ${list(columns, '::text')} FROM ${from}`, address });
    },
    close: () => client.end().catch(() => undefined),
  };
}

// A scan that joins another one, or is shared among workers, would begin anywhere: the order of
// rows is part of what is imported.
const opening = `
  BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
  SET LOCAL statement_timeout = 0;
  SET LOCAL idle_in_transaction_session_timeout = 0;
  SET LOCAL lock_timeout = '30s';
  SET LOCAL row_security = off;
  SET LOCAL datestyle = 'ISO, YMD';
  SET LOCAL synchronize_seqscans = off;
  SET LOCAL max_parallel_workers_per_gather = 0`;

const columnsSql = `
  SELECT a.attname AS name, b.typcategory AS category, format_type(b.oid, NULL) AS type
  FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'v', 'm', 'f', 'p')
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_type t ON t.oid = a.atttypid
    JOIN pg_type b ON b.oid = coalesce(nullif(t.typbasetype, 0), t.oid)
  WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY a.attnum`;

function clientOf(url: string): Client {
  const expected = 'expected postgresql://LOGIN@HOST:PORT/DATABASE, found something else';
  try {
    if (!/^postgres(ql)?:$/.test(new URL(url).protocol)) throw new SourceUrlInvalid(expected);
    return new Client({
      connectionString: url,
      connectionTimeoutMillis: 10_000,
      application_name: 'makewhole-import',
      keepAlive: true,
    });
  } catch {
    throw new SourceUrlInvalid(expected);
  }
}

async function* copied(
  client: Client,
  { sql, address }: { sql: string; address: string },
): AsyncGenerator<Buffer> {
  try {
    await client.query('SAVEPOINT reading');
    const rows = client.query(copyTo(`COPY (${sql}) TO STDOUT`));
    for await (const chunk of rows as AsyncIterable<Buffer>) yield chunk;
  } catch (error) {
    if (!(error instanceof DatabaseError) || isLoss(error.code)) throw down(address, error);
    // The other views may be read nevertheless, so that all faults are found at once.
    await client.query('ROLLBACK TO SAVEPOINT reading');
    throw new SourceUnreadable(error.code ?? '', error.message);
  }
}

/** The server went away, is full, or ended us; 40001 is a standby that had to go on. */
function isLoss(code = ''): boolean {
  return /^(08|53|57P|40001)/.test(code);
}

function down(address: string, error: unknown): SourceDown {
  const said = error instanceof Error ? error.message : String(error);
  const why = said === '' && error instanceof AggregateError ? 'nobody answers there' : said;
  const next = 'Nothing was imported. See that it runs and lets this login in, then import again.';
  return new SourceDown(`The platform's database at ${address} does not serve (${why}). ${next}`);
}
