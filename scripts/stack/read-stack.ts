import { CommandError } from '../command-io';
import { asAppRole } from './app-role';
import { isRunning } from './pid-record';
import { readStackFile, type StackAddresses } from './stack-file';

function given(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = env[name];
  return value === undefined || value === '' ? undefined : value;
}

/** The addresses that the environment names itself; each replaces a part of the embedded stack. */
export function addressesFromEnv(env: NodeJS.ProcessEnv): Partial<StackAddresses> {
  const databaseUrl = given(env, 'DATABASE_URL');
  const temporalAddress = given(env, 'TEMPORAL_ADDRESS');
  const temporalNamespace = given(env, 'TEMPORAL_NAMESPACE');
  const smtpUrl = given(env, 'SMTP_URL');
  const allocatorUrl = given(env, 'ALLOCATOR_URL');
  const bankUrl = given(env, 'BANK_URL');
  const appUrl = given(env, 'APP_DATABASE_URL');
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
    ...(smtpUrl && { smtpUrl, inboxUrl: given(env, 'MAKEWHOLE_INBOX_URL') ?? null }),
    ...(allocatorUrl && { allocatorUrl }),
    ...(bankUrl && { bankUrl }),
  };
}

/**
 * The addresses of the stack that runs on a state folder, each replaced by what the environment
 * names.
 *
 * @throws STACK_DOWN (fault) when nothing runs there; the message says how to start it
 */
export function readStack(stateDir: string, env: NodeJS.ProcessEnv = process.env): StackAddresses {
  const { phase, supervisor, addresses } = readStackFile(stateDir);
  const isUp = phase === 'up' && supervisor !== null && isRunning(supervisor);
  if (addresses !== null && isUp) return { ...addresses, ...addressesFromEnv(env) };
  const start = `start it with: ./makewhole up --detach --state ${stateDir}`;
  const isStarting = phase === 'starting' && supervisor !== null && isRunning(supervisor);
  const message = isStarting
    ? `The stack in ${stateDir} is still starting: try again in a few seconds.`
    : `No stack is running in ${stateDir}: ${start}`;
  throw new CommandError({ code: 'STACK_DOWN', kind: 'fault', message });
}
