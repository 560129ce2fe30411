import { connectDatabase } from '../../scripts/stack/connect-database';

/** Runs one statement on a connection of its own. */
export async function runSql(databaseUrl: string, sql: string): Promise<void> {
  const client = await connectDatabase(databaseUrl);
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
