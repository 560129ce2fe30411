import { Client, Connection } from '@temporalio/client';
import { CommandError } from './command-io';
import type { StackAddresses } from './stack/stack-file';

/** Where Temporal is. */
export type TemporalAddress = Pick<StackAddresses, 'temporalAddress' | 'temporalNamespace'>;

/**
 * Runs `work` with a client of Temporal, and closes the connection after it.
 *
 * @throws TEMPORAL_DOWN (fault) when there is no answer within three seconds; `work` has not run.
 */
export async function withTemporal<T>(
  stack: TemporalAddress,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const connection = await connect(stack);
  try {
    return await work(new Client({ connection, namespace: stack.temporalNamespace }));
  } finally {
    await connection.close();
  }
}

async function connect({ temporalAddress }: TemporalAddress): Promise<Connection> {
  try {
    return await Connection.connect({ address: temporalAddress, connectTimeout: '3 seconds' });
  } catch (cause) {
    const message =
      `Temporal does not answer at ${temporalAddress}; nothing was sent. ` +
      'Look with ./makewhole doctor, start the stack with ./makewhole up, then try again.';
    throw new CommandError({ code: 'TEMPORAL_DOWN', kind: 'fault', message, cause });
  }
}
