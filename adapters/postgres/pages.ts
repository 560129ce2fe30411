import type { QueryResultRow } from 'pg';
import type { Queryable } from './pool';

const pageRows = 1_000;

/**
 * The rows of a statement, read a page at a time.
 *
 * Shapes: `sql` takes the last row's key as $1 (null at first) and how many rows as $2, gives rows
 * after that key in its order, and its further values from $3 on.
 */
export async function* pagesOf<Row extends QueryResultRow>(
  db: Queryable,
  given: { sql: string; values: unknown[]; keyOf: (row: Row) => string | number },
): AsyncGenerator<Row> {
  let after: string | number | null = null;
  for (;;) {
    const { rows }: { rows: Row[] } = await db.query<Row>(given.sql, [
      after,
      pageRows,
      ...given.values,
    ]);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows) return;
    after = given.keyOf(last);
  }
}
