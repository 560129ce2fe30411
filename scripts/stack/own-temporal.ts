import { Connection } from '@temporalio/client';
import { clientConnectionOf, type Door } from '../../workers/temporal/door';
import { CommandError } from '../command-io';
import { searchAttributes } from './parts';

// The numbers of temporal.api.enums.v1.IndexedValueType.
const typeNumbers = { Keyword: 2, Bool: 5, KeywordList: 7 } as const;

function down(address: string, error: unknown): CommandError {
  const said = error instanceof Error ? error.message : String(error);
  const message =
    `Temporal at ${address} does not answer (${said}): ` +
    'start it, or unset TEMPORAL_ADDRESS to use the embedded one.';
  return new CommandError({ code: 'TEMPORAL_DOWN', kind: 'fault', message, cause: error });
}

async function register(connection: Connection, namespace: string): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.entries(searchAttributes).filter(([name]) => !(name in customAttributes));
  if (missing.length === 0) return;
  const wanted = missing.map(([name, type]) => [name, typeNumbers[type]] as const);
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(wanted),
  });
}

/** A Temporal service of the person's own, and how it is entered. */
type Own = { readonly address: string; readonly namespace: string; readonly door: Door };

/**
 * Checks a Temporal service of the person's own, and registers the search attributes there that it
 * does not know yet.
 *
 * @throws TEMPORAL_DOWN (fault) when it does not answer, has no such namespace, or refuses them
 */
export async function prepareOwnTemporal({ address, namespace, door }: Own): Promise<void> {
  let connection: Connection;
  try {
    const entering = clientConnectionOf(door);
    connection = await Connection.connect({ address, connectTimeout: 5_000, ...entering });
  } catch (error) {
    throw down(address, error);
  }
  try {
    await connection.withDeadline(Date.now() + 10_000, async () => {
      await connection.workflowService.describeNamespace({ namespace });
      await register(connection, namespace);
    });
  } catch (error) {
    throw down(`${address}, namespace ${namespace},`, error);
  } finally {
    await connection.close();
  }
}
