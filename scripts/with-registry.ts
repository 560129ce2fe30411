import type { InstanceSigner } from '../activities/ports/instance-signer';
import { installationSigner, wireRegistry, type Registry } from '../workers/wire-registry';
import type { CommandIo } from './command-io';
import { readStack } from './stack/read-stack';

/** People and evidence, and who signs for the stack: its key is opened only when asked for. */
type RegistryOfStack = Registry & { signer(): InstanceSigner };

/** Runs `work` with people and evidence in the database of the running stack. */
export async function withRegistry<T>(
  io: CommandIo,
  work: (registry: RegistryOfStack) => Promise<T>,
): Promise<T> {
  const { databaseUrl, instanceKeyPath } = readStack(io.stateDir);
  const registry = wireRegistry(databaseUrl);
  try {
    return await work({ ...registry, signer: () => installationSigner(instanceKeyPath) });
  } finally {
    await registry.close();
  }
}
