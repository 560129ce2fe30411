import type { Pool, PoolClient } from 'pg';
import type { HistoryRows, ImportCounts, ImportOutcome } from '../../activities/ports/imports';
import type {
  CommitmentRow,
  DealRow,
  ImportFault,
  InvestorRow,
  PaymentDetailsRow,
} from '../../contracts/import-row';
import { appendEvidence } from './evidence';
import { openImportDigest, type ImportDigest } from './import-digest';
import { crossFaults, stage, stagingSql } from './import-staging';
import { latestSnapshot } from './imports';
import type { PaymentSeal } from './payment-seal';
import { inTransaction } from './pool';
import { Refused } from './refused';

/** What to import, and how. */
export type HistoryImport = {
  rows: HistoryRows;
  seal: PaymentSeal;
  /** Where it comes from, for people. */
  source: string;
  at: string;
  dryRun: boolean;
  /** Why a newer snapshot replaces the latest one; without it another content is refused. */
  supersede?: string;
};

const faultsMax = 100;

/**
 * Imports a platform's history as a new snapshot: all of it is there afterwards, or nothing.
 *
 * Retry: safe; the same content twice changes nothing.
 * Ensures: no payment details reach the database but sealed.
 * @throws SNAPSHOT_CHANGED (refused) when another content is imported already.
 */
export async function importHistory(pool: Pool, given: HistoryImport): Promise<ImportOutcome> {
  try {
    return await inTransaction(pool, (tx) => importAll(tx, given));
  } catch (error) {
    if (error instanceof Undone) return error.outcome;
    throw error;
  }
}

/** Carries an outcome out of a transaction of which nothing is to stay. */
class Undone extends Error {
  constructor(readonly outcome: ImportOutcome) {
    super('nothing of this import is kept');
    this.name = 'Undone';
  }
}

async function importAll(tx: PoolClient, given: HistoryImport): Promise<ImportOutcome> {
  // A statement ends with the file it reads, however long that takes.
  await tx.query(`SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '10min'`);
  await tx.query(stagingSql);
  const { digest, counts } = await stageAll(tx, given);
  refuseFaults(given.rows.faults());
  await tx.query('ANALYZE staged_deals, staged_investors, staged_commitments');
  refuseFaults(await crossFaults(tx, faultsMax));
  // Whoever imports at the same time waits here, then finds what the other has left.
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('imports', 0))`);
  const standing = await standingSnapshot(tx, { digest, supersede: given.supersede });
  if (standing !== null) return { kind: 'unchanged', snapshotId: standing, digest, counts };
  if (given.dryRun) throw new Undone({ kind: 'imported', snapshotId: null, digest, counts });
  const snapshotId = await insertSnapshot(tx, { ...given, digest, counts });
  return { kind: 'imported', snapshotId, digest, counts };
}

function refuseFaults(faults: readonly ImportFault[]): void {
  if (faults.length > 0) throw new Undone({ kind: 'invalid', faults: faults.slice(0, faultsMax) });
}

async function stageAll(
  tx: PoolClient,
  { rows, seal }: HistoryImport,
): Promise<{ digest: string; counts: ImportCounts }> {
  const digest = openImportDigest();
  const counts: ImportCounts = { deals: 0, investors: 0, commitments: 0, paymentDetails: 0 };
  const counted = <T>(what: keyof ImportCounts, staged: (row: T) => (string | null)[]) =>
    async function* (source: AsyncIterable<T>) {
      for await (const row of source) {
        counts[what] += 1;
        yield staged(row);
      }
    };
  await stage(tx, {
    table: 'staged_deals',
    rows: counted('deals', dealFields(digest))(rows.deals),
  });
  await stage(tx, {
    table: 'staged_investors',
    rows: counted('investors', investorFields(digest))(rows.investors),
  });
  await stage(tx, {
    table: 'staged_commitments',
    rows: counted('commitments', commitmentFields(digest))(rows.commitments),
  });
  await stage(tx, {
    table: 'staged_payment_details',
    rows: counted('paymentDetails', paymentFields(digest, seal))(rows.paymentDetails),
  });
  return { digest: digest.hex(), counts };
}

const dealFields = (digest: ImportDigest) => (row: DealRow) => {
  digest.deal(row);
  const { line, dealId, name, company, closedOn, currency, allocation, ruleVersion, facts } = row;
  const head = [String(line), dealId, name, company, closedOn, currency, String(allocation)];
  return [...head, ruleVersion, JSON.stringify(facts)];
};

const investorFields = (digest: ImportDigest) => (row: InvestorRow) => {
  digest.investor(row);
  const { line, investorId, name, email, locale, history, facts } = row;
  const past =
    history === null
      ? [null, null, null]
      : [String(history.total), String(history.count), history.currency];
  return [String(line), investorId, name, email, locale, ...past, JSON.stringify(facts)];
};

const commitmentFields = (digest: ImportDigest) => (row: CommitmentRow) => {
  digest.commitment(row);
  const { line, dealId, investorId, requested, average, allocated } = row;
  return [String(line), dealId, investorId, String(requested), average, String(allocated)];
};

const paymentFields = (digest: ImportDigest, seal: PaymentSeal) => (row: PaymentDetailsRow) => {
  const { line, investorId, verifiedOn, details } = row;
  const { payee, iban, bic, aba, account } = details;
  const fingerprint = seal.fingerprint(
    JSON.stringify([investorId, payee, iban, bic, aba, account, verifiedOn]),
  );
  digest.paymentDetails({ investorId, fingerprint });
  const sealed = seal.seal(investorId, JSON.stringify({ payee, iban, bic, aba, account }));
  return [String(line), investorId, `\\x${sealed.toString('hex')}`, verifiedOn];
};

/** The snapshot that has this content; null when a new one is to be made. */
async function standingSnapshot(
  tx: PoolClient,
  { digest, supersede }: { digest: string; supersede: string | undefined },
): Promise<string | null> {
  const latest = await latestSnapshot(tx);
  if (latest === null) return null;
  if (latest.digest === digest) return latest.snapshotId;
  const { rows } = await tx.query<{ id: string }>(
    'SELECT snapshot_id AS id FROM snapshots WHERE digest = $1',
    [digest],
  );
  const when = `snapshot ${latest.snapshotId} of ${latest.importedAt}`;
  if (rows[0] !== undefined) {
    const message = `This content is snapshot ${rows[0].id}, which ${when} has superseded since.`;
    throw new Refused('SNAPSHOT_CHANGED', `${message} Import what the platform says now.`);
  }
  if (supersede !== undefined) return null;
  const message = `Another content is imported already, as ${when}.`;
  const next = `If this one is to count from now on, add --supersede --reason "why it changed".`;
  throw new Refused(
    'SNAPSHOT_CHANGED',
    `${message} Incidents keep what they started with. ${next}`,
  );
}

type Sealing = HistoryImport & { digest: string; counts: ImportCounts };

async function insertSnapshot(tx: PoolClient, given: Sealing): Promise<string> {
  const { digest, source, at, supersede, counts } = given;
  const { rows } = await tx.query<{ id: string }>(
    `INSERT INTO snapshots (digest, source, imported_at, superseded_reason, deal_count,
       investor_count, commitment_count) VALUES ($1, $2, $3, $4, $5, $6, $7)
     RETURNING snapshot_id AS id`,
    [digest, source, at, supersede ?? null, counts.deals, counts.investors, counts.commitments],
  );
  const snapshotId = rows[0]?.id ?? '';
  for (const sql of movesOf) await tx.query(sql, [snapshotId]);
  const body = { snapshot: digest, ...counts, ...(supersede === undefined ? {} : { supersede }) };
  await appendEvidence(tx, { chain: 'registry', at, actor: 'makewhole', kind: 'imported', body });
  return snapshotId;
}

const movesOf = [
  `INSERT INTO deals SELECT $1, deal_id, name, company, closed_on, currency, allocation_minor,
     rule_version, facts FROM staged_deals ORDER BY deal_id`,
  `INSERT INTO investors SELECT $1, investor_id, name, email, locale, history_total_minor,
     history_count, history_currency, facts FROM staged_investors ORDER BY investor_id`,
  `INSERT INTO commitments SELECT $1, deal_id, investor_id,
     row_number() OVER (PARTITION BY deal_id ORDER BY line), requested_minor, average,
     allocated_minor FROM staged_commitments`,
  `INSERT INTO payment_details SELECT $1, investor_id, sealed, verified_on
   FROM staged_payment_details`,
];
