import { Client } from 'pg';
import { CommandError } from '../command-io';

const waitMs = 5_000;

/** Where a database URL points, without its user and password: fit to be printed. */
export function databasePlace(databaseUrl: string): string {
  try {
    const { hostname, port, pathname } = new URL(databaseUrl);
    return `${hostname}:${port === '' ? '5432' : port}${pathname}`;
  } catch {
    return 'an address that is no URL';
  }
}

const reasons: Readonly<Record<string, string>> = {
  '28P01': 'it refused the password: correct the URL',
  '28000': 'it refused this login: correct the URL, or allow the login in its pg_hba.conf',
  '3D000': 'it has no database of that name: create it, or correct the URL',
  '42704': 'it does not know the role asked for: with a URL that may migrate, run ./makewhole up',
  '53300': 'it has no connection left: raise max_connections or close some',
  '57P03': 'it is starting up or shutting down: try again in a moment',
};

function down(databaseUrl: string, error: unknown): CommandError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  const said = error instanceof Error && error.message !== '' ? error.message : (code ?? 'unknown');
  const reason =
    (code === undefined ? undefined : reasons[code]) ??
    `could not be reached (${said}): start it, or unset DATABASE_URL to use the embedded one`;
  const message = `The database at ${databasePlace(databaseUrl)}: ${reason}.`;
  return new CommandError({ code: 'DATABASE_DOWN', kind: 'fault', message, cause: error });
}

/**
 * One open connection to a database; the caller ends it.
 *
 * @throws DATABASE_DOWN (fault) when there is none to be had; the message says why and what to do
 */
export async function connectDatabase(databaseUrl: string): Promise<Client> {
  let client: Client;
  try {
    client = new Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: waitMs,
      application_name: 'makewhole set-up',
    });
    // Without a listener a lost connection ends the whole program.
    client.on('error', () => undefined);
    await client.connect();
  } catch (error) {
    throw down(databaseUrl, error);
  }
  return client;
}
