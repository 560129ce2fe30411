import { pidRecord } from '../../scripts/stack/pid-record';
import {
  emptyStackFile,
  writeStackFile,
  type StackAddresses,
} from '../../scripts/stack/stack-file';
import type { TestDatabase } from './database';

/** Where nobody listens. */
const off = '127.0.0.1:1';

/**
 * Writes into a state folder that a stack is up of which the database is there and nothing else,
 * but for what `there` names.
 */
export function writeDatabaseStack(
  stateDir: string,
  given: { database: TestDatabase; there?: Partial<StackAddresses> },
): void {
  const { appUrl, adminUrl } = given.database;
  writeStackFile(stateDir, {
    ...emptyStackFile,
    phase: 'up',
    supervisor: pidRecord(process.pid) ?? null,
    addresses: {
      ...{ databaseUrl: appUrl, adminDatabaseUrl: adminUrl },
      ...{ temporalAddress: off, temporalNamespace: 'default', temporalUiUrl: null },
      ...{ smtpUrl: `smtp://${off}`, inboxUrl: null },
      ...{ allocatorUrl: `http://${off}`, bankUrl: `http://${off}` },
      ...{ instanceKeyPath: '/nowhere', instancePublicKeyPath: '/nowhere' },
      ...given.there,
    },
  });
}
