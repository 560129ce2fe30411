import { escapeLiteral, type QueryResult, type QueryResultRow } from 'pg';
import type { Queryable } from './pool';

/** A text as SQL has it: for statements of a trip, which take no values. */
export const literal = escapeLiteral;

/**
 * Runs two statements or more in one trip to the server and gives the rows of each.
 *
 * Order: as given; each is a statement of its own, with a snapshot taken when it begins, so that
 * one after a lock sees what the lock has waited for.
 */
export async function inOneTrip(
  tx: Queryable,
  statements: readonly [string, string, ...string[]],
): Promise<QueryResultRow[][]> {
  const answered: unknown = await tx.query(statements.join(';\n'));
  return (answered as QueryResult<QueryResultRow>[]).map(({ rows }) => rows);
}
