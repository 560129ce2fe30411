// flagged in this file: imports/commands-not-past-adapters, imports/scripts-may-run
// flagged in this file: imports/scripts-may-know
import { Client } from 'pg';
import { book } from '../../adapters/bank/book';

/** Writes a table past the adapters, and fails with a code nobody knows. */
export async function writeTables(): Promise<string> {
  await new Client().query('DELETE FROM deals');
  // flagged below: house/failure-known
  throw Object.assign(new Error(book(true)), { code: 'NEVER_HEARD_OF' });
}
