import { copyFileSync } from 'node:fs';
import { readDoor } from '../../workers/temporal/door';
import { makeFirstAdmin } from '../../workers/wire-registry';
import { CommandError } from '../command-io';
import { allocatorMigrations, ownMigrations, runMigrations } from '../migrate';
import { letAppLogIn } from './app-role';
import { prepareOwnTemporal } from './own-temporal';
import { addressesFromEnv } from './read-stack';
import { instanceKeys, type InstanceKeys } from './secrets';
import { prepareStateDir } from './state-dir';

/** What was done to services of somebody's own. */
export interface Prepared {
  readonly migrations: readonly string[];
  readonly namespace: string;
  readonly keys: InstanceKeys;
  /** Whether nobody was enrolled before, so that the first admin was. */
  readonly firstAdmin: boolean;
}

function needed(value: string | undefined, name: string): string {
  if (value !== undefined) return value;
  const message = `${name} is not set: name the service that is to be prepared.`;
  throw new CommandError({ code: 'INPUT_INVALID', kind: 'rejected', message, path: name });
}

/** Whoever wrote a password into `APP_DATABASE_URL` wants the migrated role to take it. */
async function prepareAppLogin(adminUrl: string, appUrl: string | undefined): Promise<void> {
  if (appUrl === undefined) return;
  const { username, password } = new URL(appUrl);
  if (username !== 'makewhole_app' || password === '') return;
  await letAppLogIn(adminUrl, decodeURIComponent(password));
}

/**
 * Makes services of somebody's own ready for workers and commands, and starts none: migrates,
 * registers search attributes, makes the installation's keys, enrols the first admin.
 *
 * Shapes: from the environment `DATABASE_URL` and `TEMPORAL_ADDRESS`; `ALLOCATOR_DATABASE_URL` is
 * migrated for the reference allocator when it is named, and `MAKEWHOLE_INSTANCE_PUBLIC_KEY` is
 * where the public key is copied to.
 * Retry: safe; a second run changes nothing.
 * @throws INPUT_INVALID (rejected) when a service is not named
 * @throws DATABASE_DOWN (fault) when a database cannot be reached or may not be changed
 * @throws TEMPORAL_DOWN (fault) when Temporal does not answer, or has no such namespace
 */
export async function prepareServices(given: {
  stateDir: string;
  env: NodeJS.ProcessEnv;
}): Promise<Prepared> {
  const { stateDir, env } = given;
  const own = addressesFromEnv(env);
  const adminUrl = needed(own.adminDatabaseUrl, 'DATABASE_URL');
  const temporalAddress = needed(own.temporalAddress, 'TEMPORAL_ADDRESS');
  const namespace = own.temporalNamespace ?? 'default';
  prepareStateDir(stateDir);
  const migrations = [...(await runMigrations(adminUrl, ownMigrations))];
  const allocatorUrl = env['ALLOCATOR_DATABASE_URL'];
  if (allocatorUrl) migrations.push(...(await runMigrations(allocatorUrl, allocatorMigrations)));
  await prepareAppLogin(adminUrl, env['APP_DATABASE_URL']);
  await prepareOwnTemporal({
    address: temporalAddress,
    namespace,
    door: readDoor(own.temporalDoor ?? {}),
  });
  const keys = instanceKeys(stateDir);
  const publicCopy = env['MAKEWHOLE_INSTANCE_PUBLIC_KEY'];
  if (publicCopy) copyFileSync(keys.publicKeyPath, publicCopy);
  const databaseUrl = own.databaseUrl ?? adminUrl;
  const instancePublicKeyPath = keys.publicKeyPath;
  const at = new Date().toISOString();
  const firstAdmin = await makeFirstAdmin({ databaseUrl, stateDir, instancePublicKeyPath, at });
  return { migrations, namespace, keys, firstAdmin };
}
