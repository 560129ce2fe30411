import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CommandError } from '../command-io';

const pidRecordSchema = z.object({ pid: z.number().int(), identity: z.string() });

const partNameSchema = z.enum(['postgres', 'temporal', 'mail', 'bank', 'allocator', 'worker']);

const portsSchema = z.object({
  postgres: z.number().int().optional(),
  temporal: z.number().int().optional(),
  temporalUi: z.number().int().optional(),
  smtp: z.number().int().optional(),
  inbox: z.number().int().optional(),
  bank: z.number().int().optional(),
  allocator: z.number().int().optional(),
});

const addressesSchema = z.object({
  databaseUrl: z.string(),
  adminDatabaseUrl: z.string(),
  temporalAddress: z.string(),
  temporalNamespace: z.string(),
  temporalUiUrl: z.string().nullable(),
  /** How Temporal is entered and what is sealed, by the names of the environment. */
  temporalDoor: z.record(z.string(), z.string()).optional(),
  smtpUrl: z.string(),
  inboxUrl: z.string().nullable(),
  allocatorUrl: z.string(),
  bankUrl: z.string(),
  instanceKeyPath: z.string(),
  instancePublicKeyPath: z.string(),
});

const partSchema = z.object({
  record: pidRecordSchema.nullable(),
  version: z.string().nullable(),
  source: z.string(),
  log: z.string(),
  restarts: z.number().int(),
});

const stackFileSchema = z.object({
  format: z.literal(1),
  phase: z.enum(['starting', 'up', 'stopping', 'down']),
  supervisor: pidRecordSchema.nullable(),
  ports: portsSchema,
  addresses: addressesSchema.nullable(),
  parts: z.partialRecord(partNameSchema, partSchema),
});

/** The parts of the stack that run as programs of their own. */
export type PartName = z.infer<typeof partNameSchema>;

/** Every address of a running stack; URLs hold passwords and are not to be printed. */
export type StackAddresses = z.infer<typeof addressesSchema>;

/** The ports a state folder keeps from one start to the next. */
export type StackPorts = z.infer<typeof portsSchema>;

/** What `<state>/stack.json` says: who supervises, on which ports, with which programs. */
export type StackFile = z.infer<typeof stackFileSchema>;

/** The state of a folder in which nothing was ever started. */
export const emptyStackFile: StackFile = {
  format: 1,
  phase: 'down',
  supervisor: null,
  ports: {},
  addresses: null,
  parts: {},
};

function pathOf(stateDir: string): string {
  return join(stateDir, 'stack.json');
}

/**
 * Reads what runs on a state folder, or that nothing ever did.
 *
 * @throws STACK_DOWN (fault) when the file is there but cannot be understood
 */
export function readStackFile(stateDir: string): StackFile {
  let text: string;
  try {
    text = readFileSync(pathOf(stateDir), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return emptyStackFile;
    throw error;
  }
  try {
    return stackFileSchema.parse(JSON.parse(text));
  } catch (error) {
    const message =
      `${pathOf(stateDir)} is not as it was written: ` +
      'remove that one file, then start with ./makewhole up (the data stay).';
    throw new CommandError({ code: 'STACK_DOWN', kind: 'fault', message, cause: error });
  }
}

/** Replaces the record in one step; it holds passwords and is readable by its owner alone. */
export function writeStackFile(stateDir: string, stack: StackFile): void {
  const fresh = `${pathOf(stateDir)}.${randomBytes(6).toString('hex')}`;
  writeFileSync(fresh, `${JSON.stringify(stack, null, 2)}\n`, { mode: 0o600 });
  renameSync(fresh, pathOf(stateDir));
}
