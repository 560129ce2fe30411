import { readFileSync } from 'node:fs';
import type { Certificates } from '../activities/ports/certificates';
import type { Fixtures } from '../activities/ports/fixtures';
import type { Impacts } from '../activities/ports/impacts';
import type { ImportOutcome, Imports } from '../activities/ports/imports';
import type { Incidents } from '../activities/ports/incidents';
import { postgresCertificates } from '../adapters/postgres/certificates';
import { postgresFixtures } from '../adapters/postgres/fixtures';
import { importHistory, type HistoryImport } from '../adapters/postgres/import-history';
import { postgresImpacts } from '../adapters/postgres/impacts';
import { postgresImports } from '../adapters/postgres/imports';
import { postgresIncidents } from '../adapters/postgres/incidents';
import { openPaymentSeal } from '../adapters/postgres/payment-seal';
import { openPool } from '../adapters/postgres/pool';

/** What commands about imported history and its impact need of the database. */
export type HistoryAccess = {
  readonly imports: Imports;
  readonly impacts: Impacts;
  readonly certificates: Certificates;
  readonly fixtures: Fixtures;
  readonly incidents: Incidents;
  /** As `importHistory`, payment details sealed under the instance's key. */
  importHistory(
    given: Omit<HistoryImport, 'seal'> & { instanceKeyPath: string },
  ): Promise<ImportOutcome>;
  close(): Promise<void>;
};

/** Connects to imported history in Postgres; close it in the end. */
export function wireHistory(databaseUrl: string): HistoryAccess {
  const pool = openPool(databaseUrl, { max: 2, name: 'makewhole-command' });
  return {
    imports: postgresImports(pool),
    impacts: postgresImpacts(pool),
    certificates: postgresCertificates(pool),
    fixtures: postgresFixtures(pool),
    incidents: postgresIncidents(pool),
    importHistory: ({ instanceKeyPath, ...given }) => {
      const seal = openPaymentSeal(readFileSync(instanceKeyPath, 'utf8'));
      return importHistory(pool, { ...given, seal });
    },
    close: () => pool.end(),
  };
}
