import { z } from 'zod';
import { readDoor, type Door } from './temporal/door';

const secretFile = z.string().min(1);

const environment = z.object({
  MAKEWHOLE_STATE: z.string().min(1),
  DATABASE_URL: z.string().min(1),
  TEMPORAL_ADDRESS: z.string().min(1),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  SMTP_URL: z.string().min(1),
  ALLOCATOR_URL: z.url(),
  BANK_URL: z.url(),
  MAKEWHOLE_INSTANCE_KEY: secretFile,
});

/** What a worker needs to know to start. */
export type WorkerConfig = {
  stateDir: string;
  databaseUrl: string;
  temporal: { address: string; namespace: string; door: Door };
  smtpUrl: string;
  allocatorUrl: string;
  bankUrl: string;
  instanceKeyPath: string;
};

/**
 * Reads a worker's configuration from its environment.
 *
 * Ensures: throws one report of every variable that is missing or wrong, never of the first only.
 */
export function readConfig(env: NodeJS.ProcessEnv): WorkerConfig {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    throw new Error(`The worker's environment is incomplete:\n${z.prettifyError(parsed.error)}`);
  }
  const given = parsed.data;
  return {
    stateDir: given.MAKEWHOLE_STATE,
    databaseUrl: given.DATABASE_URL,
    temporal: {
      address: given.TEMPORAL_ADDRESS,
      namespace: given.TEMPORAL_NAMESPACE,
      door: readDoor(env),
    },
    smtpUrl: given.SMTP_URL,
    allocatorUrl: given.ALLOCATOR_URL,
    bankUrl: given.BANK_URL,
    instanceKeyPath: given.MAKEWHOLE_INSTANCE_KEY,
  };
}
