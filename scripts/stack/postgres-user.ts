import { spawnSync } from 'node:child_process';
import { CommandError } from '../command-io';

/** The system user under which Postgres runs when we are root, since it refuses to run as root. */
export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

function idOf(flag: '-u' | '-g', name: string): number | undefined {
  const asked = spawnSync('id', [flag, name], { encoding: 'utf8' });
  const found = asked.status === 0 ? Number.parseInt(asked.stdout, 10) : Number.NaN;
  return Number.isSafeInteger(found) ? found : undefined;
}

/**
 * The user to switch to for Postgres: nobody else than ourselves when we are not root; as root the
 * user `postgres` where there is one, else `nobody`.
 *
 * @throws DATABASE_DOWN (fault) when root knows neither
 */
export function postgresUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = [idOf('-u', name), idOf('-g', name)];
    if (uid !== undefined && gid !== undefined && uid !== 0) return { name, uid, gid };
  }
  const message =
    'Postgres does not run as root, and this system has neither a user postgres nor nobody: ' +
    'run as another user, or set DATABASE_URL.';
  throw new CommandError({ code: 'DATABASE_DOWN', kind: 'fault', message });
}
