import { wireRegistry, type Registry } from '../workers/wire-registry';
import type { CommandIo } from './command-io';
import { readStack } from './stack/read-stack';

/** Runs `work` with people and evidence in the database of the running stack. */
export async function withRegistry<T>(
  io: CommandIo,
  work: (registry: Registry) => Promise<T>,
): Promise<T> {
  const registry = wireRegistry(readStack(io.stateDir).databaseUrl);
  try {
    return await work(registry);
  } finally {
    await registry.close();
  }
}
