import { Client, Connection } from '@temporalio/client';
import { CommandError } from './command-io';
import type { StackAddresses } from './stack/stack-file';

/** Where Temporal is, and how long it may take to answer. Units: milliseconds. */
export type TemporalAddress = Pick<StackAddresses, 'temporalAddress' | 'temporalNamespace'> & {
  readonly answerWithinMs?: number;
};

/**
 * Runs `work` with a client of Temporal, and closes the connection after it.
 *
 * @throws TEMPORAL_DOWN (fault) when there is no answer in time (3 s); `work` has not run.
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

async function connect(where: TemporalAddress): Promise<Connection> {
  const { temporalAddress, answerWithinMs = 3_000 } = where;
  try {
    return await Connection.connect({ address: temporalAddress, connectTimeout: answerWithinMs });
  } catch (cause) {
    const message =
      `Temporal does not answer at ${temporalAddress}; nothing was sent. ` +
      'Look with ./makewhole doctor, start the stack with ./makewhole up, then try again.';
    throw new CommandError({ code: 'TEMPORAL_DOWN', kind: 'fault', message, cause });
  }
}
