import type { Documents } from '../activities/ports/documents';
import type { Incidents } from '../activities/ports/incidents';
import type { LetterCases, LetterLedger } from '../activities/ports/letter-ledger';
import type { Settlements } from '../activities/ports/settlements';
import { postgresDocuments } from '../adapters/postgres/documents';
import { postgresIncidents } from '../adapters/postgres/incidents';
import { postgresLetterCases } from '../adapters/postgres/letter-cases';
import { postgresLetters } from '../adapters/postgres/letters';
import { openPool } from '../adapters/postgres/pool';
import { postgresSettlements } from '../adapters/postgres/settlement';

/** What commands that show letters and documents need of the database. */
export type LetterReading = {
  readonly incidents: Incidents;
  readonly letters: Pick<LetterLedger, 'list'>;
  readonly letterCases: LetterCases;
  readonly documents: Documents;
  readonly settlements: Pick<Settlements, 'approvedVersions'>;
  close(): Promise<void>;
};

/** Connects to letters and documents in Postgres; close it in the end. */
export function wireLetters(databaseUrl: string): LetterReading {
  const pool = openPool(databaseUrl, { max: 2, name: 'makewhole-command' });
  return {
    incidents: postgresIncidents(pool),
    letters: postgresLetters(pool),
    letterCases: postgresLetterCases(pool),
    documents: postgresDocuments(pool),
    settlements: postgresSettlements(pool),
    close: () => pool.end(),
  };
}
