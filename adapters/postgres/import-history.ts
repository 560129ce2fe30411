import { DatabaseError, type Pool, type PoolClient } from 'pg';
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
import { crossFaults } from './import-cross-faults';
import { copyField, copyLine, stage, stagingSql } from './import-staging';
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
  /** Called when all is read, and the rows go where they are to stay. */
  onStoring?: (() => void) | undefined;
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
  // A statement ends with the table it reads, however long that takes.
  await tx.query(`SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '10min'`);
  await tx.query(`SET LOCAL work_mem = '128MB'`);
  await tx.query(stagingSql);
  const { digest, counts } = await stageAll(tx, given);
  const { rows, supersede } = given;
  refuseFaults(rows.faults());
  // Whoever imports at the same time waits here, then finds what the other has left.
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('imports', 0))`);
  const finding = standingSnapshot(tx, { digest, supersede });
  const standing = await finding.catch(async (refusal: unknown) => {
    // What is wrong in itself is said before that it is another content.
    refuseFaults(await crossFaults(tx, { rows, most: faultsMax }));
    throw refusal;
  });
  if (standing !== null) return { kind: 'unchanged', snapshotId: standing, digest, counts };
  if (given.dryRun) {
    refuseFaults(await crossFaults(tx, { rows, most: faultsMax }));
    throw new Undone({ kind: 'imported', snapshotId: null, digest, counts });
  }
  given.onStoring?.();
  const snapshotId = await insertSound(tx, { ...given, digest, counts });
  return { kind: 'imported', snapshotId, digest, counts };
}

function refuseFaults(faults: readonly ImportFault[]): void {
  if (faults.length > 0) throw new Undone({ kind: 'invalid', faults: faults.slice(0, faultsMax) });
}

/**
 * Inserts what is staged. What only the whole of it shows, repeated ids and ids that lead nowhere,
 * the tables refuse by themselves; only then is it looked for, to say where.
 */
async function insertSound(tx: PoolClient, given: Sealing): Promise<string> {
  await tx.query('SAVEPOINT staged');
  try {
    return await insertSnapshot(tx, given);
  } catch (error) {
    if (!isConstraint(error)) throw error;
    await tx.query('ROLLBACK TO SAVEPOINT staged');
    refuseFaults(await crossFaults(tx, { rows: given.rows, most: faultsMax }));
    throw error;
  }
}

const constraints = ['23503', '23505']; // foreign_key_violation, unique_violation

function isConstraint(error: unknown): boolean {
  return error instanceof DatabaseError && constraints.includes(error.code ?? '');
}

async function stageAll(
  tx: PoolClient,
  { rows, seal }: HistoryImport,
): Promise<{ digest: string; counts: ImportCounts }> {
  const digest = openImportDigest();
  const counts: ImportCounts = { deals: 0, investors: 0, commitments: 0, paymentDetails: 0 };
  const copied = <T>(what: keyof ImportCounts, line: (row: T) => string) =>
    async function* (blocks: AsyncIterable<readonly T[]>) {
      for await (const block of blocks) {
        counts[what] += block.length;
        yield block.map(line).join('');
      }
    };
  const deals = copied('deals', dealLine(digest))(rows.deals);
  await stage(tx, { table: 'staged_deals', text: deals });
  const investors = copied('investors', investorLine(digest))(rows.investors);
  await stage(tx, { table: 'staged_investors', text: investors });
  const commitments = copied('commitments', commitmentLine(digest))(rows.commitments);
  await stage(tx, { table: 'staged_commitments', text: commitments });
  const details = copied('paymentDetails', paymentLine(digest, seal))(rows.paymentDetails);
  await stage(tx, { table: 'staged_payment_details', text: details });
  return { digest: digest.hex(), counts };
}

const dealLine = (digest: ImportDigest) => (row: DealRow) => {
  digest.deal(row);
  const { line, dealId, name, company, closedOn, currency, allocation, ruleVersion, facts } = row;
  const head = [String(line), dealId, name, company, closedOn, currency, String(allocation)];
  return copyLine([...head, ruleVersion, JSON.stringify(facts)]);
};

const investorLine = (digest: ImportDigest) => (row: InvestorRow) => {
  digest.investor(row);
  const { line, investorId, name, email, locale, history, facts } = row;
  const past =
    history === null
      ? [null, null, null]
      : [String(history.total), String(history.count), history.currency];
  return copyLine([String(line), investorId, name, email, locale, ...past, JSON.stringify(facts)]);
};

const commitmentLine = (digest: ImportDigest) => (row: CommitmentRow) => {
  const number = digest.commitment(row);
  const { line, dealId, investorId, requested, average, allocated } = row;
  const ids = `${copyField(dealId)}\t${copyField(investorId)}`;
  return `${line}\t${ids}\t${number}\t${requested}\t${average}\t${allocated}\n`;
};

const paymentLine = (digest: ImportDigest, seal: PaymentSeal) => (row: PaymentDetailsRow) => {
  const { line, investorId, verifiedOn, details } = row;
  const { payee, iban, bic, aba, account } = details;
  const fingerprint = seal.fingerprint(
    JSON.stringify([investorId, payee, iban, bic, aba, account, verifiedOn]),
  );
  digest.paymentDetails({ investorId, fingerprint });
  const sealed = seal.seal(investorId, JSON.stringify({ payee, iban, bic, aba, account }));
  return copyLine([String(line), investorId, `\\x${sealed.toString('hex')}`, verifiedOn]);
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

// In the order of the keys, which fills an index three times faster than any other; of commitments
// the deals are enough, and their rows stay as they are read again: in the order of the import.
const movesOf = [
  `INSERT INTO deals SELECT $1, deal_id, name, company, closed_on, currency, allocation_minor,
     rule_version, facts FROM staged_deals ORDER BY deal_id`,
  `INSERT INTO investors SELECT $1, investor_id, name, email, locale, history_total_minor,
     history_count, history_currency, facts FROM staged_investors ORDER BY investor_id`,
  `INSERT INTO commitments SELECT $1, deal_id, investor_id, row_number, requested_minor, average,
     allocated_minor FROM staged_commitments ORDER BY deal_id`,
  `INSERT INTO payment_details SELECT $1, investor_id, sealed, verified_on
   FROM staged_payment_details ORDER BY investor_id`,
];
