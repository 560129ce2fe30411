import { resolve } from 'node:path';
import { doorVariables, sealingVariable } from '../../workers/temporal/door-variables';
import { CommandError } from '../command-io';
import { asAppRole } from './app-role';
import { isRunning } from './pid-record';
import { instanceKeyPaths } from './secrets';
import { readStackFile, type StackAddresses } from './stack-file';

function given(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = env[name];
  return value === undefined || value === '' ? undefined : value;
}

/** A URL of the environment, of one of these protocols; its value is never repeated. */
function givenUrl(
  env: NodeJS.ProcessEnv,
  { name, like: [example, ...protocols] }: { name: string; like: readonly string[] },
): string | undefined {
  const value = given(env, name);
  if (value === undefined) return undefined;
  if (URL.canParse(value) && protocols.includes(new URL(value).protocol)) return value;
  const message = `${name} is no URL of the right kind: expected one like ${example ?? ''}.`;
  throw new CommandError({ code: 'INPUT_INVALID', kind: 'rejected', message, path: name });
}

const postgresUrl = ['postgres://me:password@host:5432/makewhole', 'postgres:', 'postgresql:'];
const smtpUrls = ['smtp://host:25', 'smtp:', 'smtps:'];
const httpUrl = ['http://host:8080', 'http:', 'https:'];

/**
 * How Temporal is entered, with paths that hold from any folder. The embedded one has no door: what
 * the environment says of that counts beside `TEMPORAL_ADDRESS` alone.
 */
function doorFromEnv(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = given(env, 'TEMPORAL_ADDRESS') === undefined ? [] : doorVariables;
  const all = [...names, sealingVariable].map((name) => {
    const value = given(env, name);
    const isPath = /_PATH$|_FILE$/.test(name) || name === sealingVariable;
    return [name, value !== undefined && isPath ? resolve(value) : value] as const;
  });
  return Object.fromEntries(all.filter((each): each is [string, string] => each[1] !== undefined));
}

/**
 * The addresses that the environment names itself; each replaces a part of the embedded stack.
 *
 * @throws INPUT_INVALID (rejected) when one is no URL; the path names the variable
 */
export function addressesFromEnv(env: NodeJS.ProcessEnv): Partial<StackAddresses> {
  const databaseUrl = givenUrl(env, { name: 'DATABASE_URL', like: postgresUrl });
  const temporalAddress = given(env, 'TEMPORAL_ADDRESS');
  const temporalNamespace = given(env, 'TEMPORAL_NAMESPACE');
  const smtpUrl = givenUrl(env, { name: 'SMTP_URL', like: smtpUrls });
  const allocatorUrl = givenUrl(env, { name: 'ALLOCATOR_URL', like: httpUrl });
  const bankUrl = givenUrl(env, { name: 'BANK_URL', like: httpUrl });
  const appUrl = givenUrl(env, { name: 'APP_DATABASE_URL', like: postgresUrl });
  const temporalDoor = doorFromEnv(env);
  return {
    ...(databaseUrl && {
      databaseUrl: appUrl ?? asAppRole(databaseUrl),
      adminDatabaseUrl: databaseUrl,
    }),
    ...(temporalAddress && {
      temporalAddress,
      temporalUiUrl: given(env, 'TEMPORAL_UI_URL') ?? null,
    }),
    ...(temporalNamespace && { temporalNamespace }),
    ...(Object.keys(temporalDoor).length > 0 && { temporalDoor }),
    ...(smtpUrl && { smtpUrl, inboxUrl: given(env, 'MAKEWHOLE_INBOX_URL') ?? null }),
    ...(allocatorUrl && { allocatorUrl }),
    ...(bankUrl && { bankUrl }),
  };
}

/** Every address, when the environment names all five: then nothing needs to run on the folder. */
function wholeStackFromEnv(stateDir: string, env: NodeJS.ProcessEnv): StackAddresses | undefined {
  const { databaseUrl, adminDatabaseUrl, temporalAddress, ...own } = addressesFromEnv(env);
  const { smtpUrl, allocatorUrl, bankUrl } = own;
  if (databaseUrl === undefined || adminDatabaseUrl === undefined) return undefined;
  if (temporalAddress === undefined || smtpUrl === undefined) return undefined;
  if (allocatorUrl === undefined || bankUrl === undefined) return undefined;
  const keys = instanceKeyPaths(stateDir);
  return {
    temporalNamespace: 'default',
    temporalUiUrl: null,
    inboxUrl: null,
    ...own,
    ...{ databaseUrl, adminDatabaseUrl, temporalAddress, smtpUrl, allocatorUrl, bankUrl },
    instanceKeyPath: given(env, 'MAKEWHOLE_INSTANCE_KEY') ?? keys.privateKeyPath,
    instancePublicKeyPath: given(env, 'MAKEWHOLE_INSTANCE_PUBLIC_KEY') ?? keys.publicKeyPath,
  };
}

/**
 * The addresses of the stack that runs on a state folder, each replaced by what the environment
 * names; where it names all five services, nothing has to run there.
 *
 * @throws STACK_DOWN (fault) when nothing runs there; the message says how to start it
 */
export function readStack(stateDir: string, env: NodeJS.ProcessEnv = process.env): StackAddresses {
  const { phase, supervisor, addresses } = readStackFile(stateDir);
  const isUp = phase === 'up' && supervisor !== null && isRunning(supervisor);
  if (addresses !== null && isUp) {
    const own = addressesFromEnv(env);
    // A Temporal that is named here is entered as it is said here.
    const kept = own.temporalAddress === undefined ? addresses.temporalDoor : {};
    return { ...addresses, ...own, temporalDoor: { ...kept, ...own.temporalDoor } };
  }
  const named = wholeStackFromEnv(stateDir, env);
  if (named !== undefined) return named;
  const start = `start it with: ./makewhole up --detach --state ${stateDir}`;
  const isStarting = phase === 'starting' && supervisor !== null && isRunning(supervisor);
  const message = isStarting
    ? `The stack in ${stateDir} is still starting: try again in a few seconds.`
    : `No stack is running in ${stateDir}: ${start}`;
  throw new CommandError({ code: 'STACK_DOWN', kind: 'fault', message });
}
