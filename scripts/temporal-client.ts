import { Client, Connection, isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { clientConnectionOf, converterOf, readDoor, type Door } from '../workers/temporal/door';
import { CommandError } from './command-io';
import type { StackAddresses } from './stack/stack-file';

/** Where Temporal is, and how long it may take to answer. Units: milliseconds. */
export type TemporalAddress = Pick<StackAddresses, 'temporalAddress' | 'temporalNamespace'> & {
  readonly temporalDoor?: Readonly<Record<string, string>> | undefined;
  readonly answerWithinMs?: number;
};

/** Histories keep who called: not the name of somebody's machine, which the SDK would send. */
const identity = 'makewhole';

/**
 * Runs `work` with a client of Temporal, and closes the connection after it.
 *
 * @throws TEMPORAL_DOWN (fault) when there is no answer in time (3 s); `work` has not run.
 * @throws TEMPORAL_REFUSED (refused) when we may not do what `work` asked for.
 */
export async function withTemporal<T>(
  stack: TemporalAddress,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const door = readDoor(stack.temporalDoor ?? {});
  const connection = await connect(stack, door);
  const options = { connection, namespace: stack.temporalNamespace, identity };
  try {
    return await work(new Client({ ...options, dataConverter: converterOf(door) }));
  } catch (error) {
    throw turnedAway(stack, error) ?? error;
  } finally {
    await connection.close();
  }
}

// Permission denied, and unauthenticated; not found.
const turnedAwayBy: ReadonlySet<number> = new Set([7, 16]);
const unknownBy: ReadonlySet<number> = new Set([5]);

/** Whether Temporal says that it has no such workflow. */
export const isNotFound = (error: unknown): boolean =>
  error instanceof WorkflowNotFoundError ||
  (isGrpcServiceError(error) && unknownBy.has(error.code));

/** What Temporal's authorizer says, which the SDK hands on inside errors of its own. */
function turnedAway(
  { temporalAddress, temporalNamespace }: TemporalAddress,
  error: unknown,
): CommandError | undefined {
  const inner = error instanceof Error && !isGrpcServiceError(error) ? error.cause : error;
  if (!isGrpcServiceError(inner)) return undefined;
  if (!turnedAwayBy.has(inner.code)) return undefined;
  const message =
    `Temporal at ${temporalAddress} does not let us do this in ${temporalNamespace} ` +
    `(${inner.details}). Has the token expired? Look with ./makewhole doctor.`;
  return new CommandError({ code: 'TEMPORAL_REFUSED', kind: 'refused', message, cause: error });
}

async function connect(where: TemporalAddress, door: Door): Promise<Connection> {
  const { temporalAddress, answerWithinMs = 3_000 } = where;
  try {
    return await Connection.connect({
      address: temporalAddress,
      connectTimeout: answerWithinMs,
      ...clientConnectionOf(door),
    });
  } catch (cause) {
    const refused = turnedAway(where, cause);
    if (refused !== undefined) throw refused;
    const message =
      `Temporal does not answer at ${temporalAddress}${whyOf(cause)}; nothing was sent. ` +
      'Look with ./makewhole doctor, start the stack with ./makewhole up, then try again.';
    throw new CommandError({ code: 'TEMPORAL_DOWN', kind: 'fault', message, cause });
  }
}

/** A certificate that is missing or wrong looks from outside like a server that is away. */
function whyOf(cause: unknown): string {
  const said = cause instanceof Error ? cause.message : '';
  return /certificate|TLS|SSL|handshake/i.test(said) ? ` (${said})` : '';
}
