import { escapeLiteral, type Pool, type QueryResult, type QueryResultRow } from 'pg';
import { onClient, type Queryable } from './pool';

/** A text as SQL has it: for statements of a trip, which take no values. */
export const literal = escapeLiteral;

/** A row of values as SQL has it. */
export function literals(values: readonly (string | number | boolean | null)[]): string {
  const written = values.map((value) =>
    typeof value === 'string' ? literal(value) : value === null ? 'NULL' : String(value),
  );
  return `(${written.join(', ')})`;
}

/**
 * The statements of one transaction in few trips to the server: one that nobody needs an answer of
 * waits, and goes along with the next.
 *
 * Order: as given; each is a statement of its own, with a snapshot taken when it begins, so that
 * one after a lock sees what the lock has waited for.
 */
export class Trips {
  readonly #tx: Queryable;
  readonly #waiting: string[];

  constructor(tx: Queryable, begins: readonly string[] = []) {
    this.#tx = tx;
    this.#waiting = [...begins];
  }

  /** Puts a statement off until the next trip. */
  later(statement: string): void {
    this.#waiting.push(statement);
  }

  /** Runs what waits and these, and gives the rows of each of these. */
  async ask(...statements: readonly string[]): Promise<QueryResultRow[][]> {
    const sent = [...this.#waiting.splice(0), ...statements];
    if (sent.length === 0) return [];
    const answered: unknown = await this.#tx.query(sent.join(';\n'));
    const all = [answered].flat() as QueryResult<QueryResultRow>[];
    return all.slice(sent.length - statements.length).map(({ rows }) => rows);
  }

  /** The transaction, for statements that take values; nothing waits any more. */
  async arrived(): Promise<Queryable> {
    await this.ask();
    return this.#tx;
  }
}

/** As `inTransaction`, begun with the first trip and committed with the last. */
export async function inFewTrips<T>(pool: Pool, work: (trips: Trips) => Promise<T>): Promise<T> {
  return onClient(pool, async (client) => {
    const trips = new Trips(client, ['BEGIN']);
    const result = await work(trips);
    await trips.ask('COMMIT');
    return result;
  });
}
