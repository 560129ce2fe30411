import { connectDatabase } from './connect-database';

const role = 'makewhole_app';

/**
 * The address under which workers and commands reach a database of the person's own: its URL with
 * the role `makewhole_app` taken on connecting, so that append-only tables stay so.
 */
export function asAppRole(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  const options = url.searchParams.get('options');
  const own = `-c role=${role}`;
  url.searchParams.set('options', options === null ? own : `${options} ${own}`);
  // A plus sign would reach the server as it is; its options need a real space.
  url.search = url.search.replaceAll('+', '%20');
  return url.href;
}

/**
 * Lets the role log in to the embedded Postgres with a password of its own; gives that address.
 *
 * Ensures: the migrations have made the role before.
 * @throws DATABASE_DOWN (fault) when the database cannot be reached
 */
export async function letAppLogIn(adminUrl: string, password: string): Promise<string> {
  const client = await connectDatabase(adminUrl);
  try {
    await client.query(`ALTER ROLE ${role} LOGIN PASSWORD ${client.escapeLiteral(password)}`);
  } finally {
    await client.end();
  }
  const url = new URL(adminUrl);
  url.username = role;
  url.password = password;
  return url.href;
}
