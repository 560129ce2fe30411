import { connectDatabase } from '../../scripts/stack/connect-database';
import { createDatabase, type TestDatabase } from './database';
import { runSql } from './run-sql';

describe('a test database', () => {
  let first: TestDatabase;
  let second: TestDatabase;
  beforeAll(async () => {
    [first, second] = await Promise.all([createDatabase(), createDatabase()]);
  });
  afterAll(async () => {
    await first.drop();
    await second.drop();
  });

  it('has all migrations, of ours and of the allocator', async () => {
    await expect(ask(first.adminUrl, 'SELECT count(*) AS answer FROM incidents')).resolves.toBe(
      '0',
    );
    const sql = `SELECT count(*) > 0 AS answer FROM pg_tables WHERE schemaname = 'allocator'`;
    await expect(ask(first.adminUrl, sql)).resolves.toBe(true);
  });

  it('is seen by workers as makewhole_app, who may not delete evidence', async () => {
    await expect(ask(first.appUrl, 'SELECT current_user AS answer')).resolves.toBe('makewhole_app');
    await expect(runSql(first.appUrl, 'DELETE FROM evidence')).rejects.toThrow('permission denied');
  });

  it('belongs to 1 file: what it writes, another database does not see', async () => {
    await runSql(first.adminUrl, 'CREATE TABLE only_here ()');
    await expect(runSql(second.adminUrl, 'SELECT FROM only_here')).rejects.toThrow('only_here');
  });

  it('is gone after drop, even while somebody is connected', async () => {
    const third = await createDatabase();
    const client = await connectDatabase(third.adminUrl);
    await third.drop();
    await client.end();
    await expect(connectDatabase(third.adminUrl)).rejects.toThrow('no database of that name');
  });
});

async function ask(databaseUrl: string, sql: string): Promise<unknown> {
  const client = await connectDatabase(databaseUrl);
  try {
    return (await client.query<{ answer: unknown }>(sql)).rows[0]?.answer;
  } finally {
    await client.end();
  }
}
