import type { Pool } from 'pg';
import type {
  ApprovedVersion,
  PaymentIntent,
  SettlementIntent,
  Settlements,
  TransferIntent,
} from '../../activities/ports/settlements';
import { formatMinor, parseMinor } from '../../domain/money';
import { canonicalJson } from '../../proof/canonical-json';
import { leafOf } from '../../proof/plan-digest';
import { postgresApprovals } from './approvals';
import { dealStates, openAmong } from './deal-states';
import { appendEvidence } from './evidence';
import { postEntries } from './ledger';
import { openCounts } from './line-states';
import { postgresPlans } from './plans';
import { inTransaction, type Queryable } from './pool';
import { Refused } from './refused';
import { sealRows } from './sealed-rows';
import { verifiedLines } from './verified-lines';

const keysPerEntry = 1_000;
const rowsPerPart = 5_000;

/** What approved plans are carried out by, in Postgres. */
export function postgresSettlements(pool: Pool): Settlements {
  const approved = (incidentId: string) => approvedVersions(pool, incidentId);
  return {
    prepare: (intent) => prepare(pool, intent),
    outdate: (plan) => inTransaction(pool, (tx) => outdate(tx, plan)),
    verifiedLines: (of) => verifiedLines(pool, of),
    openAmong: (keys) => openAmong(pool, keys),
    state: (of) => openCounts(pool, of),
    approvedVersions: approved,
    dealStates: (incidentId) => dealStates(pool, incidentId),
  };
}

/** In parts, so that a large plan is no transaction of minutes and a retry finds what stands. */
async function prepare(pool: Pool, intent: SettlementIntent): Promise<void> {
  const { payments, transfers } = intent;
  const longest = Math.max(payments.length, transfers.length, 1);
  for (let first = 0; first < longest; first += rowsPerPart) {
    const part = {
      ...intent,
      payments: payments.slice(first, first + rowsPerPart),
      transfers: transfers.slice(first, first + rowsPerPart),
    };
    await inTransaction(pool, (tx) => preparePart(tx, part));
  }
}

async function preparePart(tx: Queryable, part: SettlementIntent): Promise<void> {
  const { incidentId, at, cursors } = part;
  await lockSettlement(tx, incidentId);
  await refuseOutdated(tx, part);
  const payments = await insertPayments(tx, part);
  const transfers = await insertTransfers(tx, part);
  for (const { account, currency, seq } of cursors) {
    await tx.query(
      `INSERT INTO statement_cursors (incident_id, account, currency, entry_seq)
       VALUES ($1, $2, $3, $4) ON CONFLICT (incident_id, account, currency) DO NOTHING`,
      [incidentId, account, currency, seq],
    );
  }
  await postEntries(tx, { incidentId, at, entries: payments.map(({ entry }) => entry) });
  await appendIntent(tx, { ...part, payments, transfers });
}

const lockSettlement = (tx: Queryable, incidentId: string) =>
  tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('settlement/' || $1, 0))`, [incidentId]);

const passedGate = `FROM gates WHERE incident_id = $1 AND gate_id = 'plan' AND subject = $2
  AND state = 'passed'`;

/** Somebody may have found it outdated since its votes were counted. */
async function refuseOutdated(tx: Queryable, { incidentId, digest }: SettlementIntent) {
  const { rowCount } = await tx.query(`SELECT ${passedGate}`, [incidentId, digest]);
  if (rowCount !== 0) return;
  throw new Refused('APPROVAL_MISSING', `nothing was booked: the gate on ${digest} is void`);
}

/** Under the lock of booking, so that a plan is either begun or void, never both. */
async function outdate(tx: Queryable, plan: Parameters<Settlements['outdate']>[0]) {
  const { incidentId, version, digest, at, why } = plan;
  await lockSettlement(tx, incidentId);
  if (await isBegun(tx, plan)) return false;
  const { rows } = await tx.query<{ opening: number }>(
    `UPDATE gates SET state = 'void' WHERE ctid IN (SELECT ctid ${passedGate}) RETURNING opening`,
    [incidentId, digest],
  );
  for (const { opening } of rows) {
    const body = { gate: 'plan', opening, subject: digest, version, because: why };
    const entry = { chain: incidentId, at, actor: 'makewhole', kind: 'gate-withdrawn', body };
    await appendEvidence(tx, entry);
  }
  return true;
}

async function isBegun(
  db: Queryable,
  { incidentId, version }: { incidentId: string; version: number },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `SELECT FROM evidence WHERE chain = $1 AND kind = 'payment-intent'
       AND (entry::jsonb #>> '{body,version}')::int = $2 LIMIT 1`,
    [incidentId, version],
  );
  return rowCount !== 0;
}

/** Gives those that are new; one that stands already has to be the very same. */
async function insertPayments(tx: Queryable, intent: SettlementIntent): Promise<PaymentIntent[]> {
  const { incidentId, version, digest, at, payments } = intent;
  const rows = payments.map(({ key, reference, line }) => {
    const { deal, investor, leg, sequence, payer, payee, amount, currency } = line;
    const minor = parseMinor(amount, currency).toString();
    return { key, reference, deal, investor, leg, sequence, payer, payee, minor, currency };
  });
  const { rows: fresh } = await tx.query<{ key: string }>(
    `INSERT INTO payments (payment_key, incident_id, deal_id, investor_id, leg, sequence,
       plan_version, plan_digest, payer, payee, amount_minor, currency, reference, intended_at)
     SELECT r.key, $1, r.deal, r.investor, r.leg, r.sequence, $2, $3, r.payer, r.payee, r.minor,
       r.currency, r.reference, $4
     FROM jsonb_to_recordset($5::jsonb) AS r (key bpchar, reference text, deal text, investor text,
       leg text, sequence int, payer text, payee text, minor bigint, currency text)
     ON CONFLICT (payment_key) DO NOTHING RETURNING payment_key AS key`,
    [incidentId, version, digest, at, JSON.stringify(rows)],
  );
  const { rows: others } = await tx.query<{ key: string }>(
    `SELECT r.key FROM jsonb_to_recordset($2::jsonb) AS r (key bpchar, payer text, payee text,
       minor bigint, currency text)
     LEFT JOIN payments p ON p.payment_key = r.key AND p.incident_id = $1
     WHERE (p.payer, p.payee, p.amount_minor, p.currency::text)
       IS DISTINCT FROM (r.payer, r.payee, r.minor, r.currency)`,
    [incidentId, JSON.stringify(rows)],
  );
  refuseOthers('payment', others);
  const isFresh = new Set(fresh.map(({ key }) => key));
  return payments.filter(({ key }) => isFresh.has(key));
}

async function insertTransfers(tx: Queryable, intent: SettlementIntent): Promise<TransferIntent[]> {
  const { incidentId, version, digest, at, transfers } = intent;
  const rows = transfers.map(({ amount, ...row }) => ({ ...row, minor: amount.toString() }));
  const { rows: fresh } = await tx.query<{ key: string }>(
    `INSERT INTO unit_transfers (transfer_key, incident_id, deal_id, from_holder, to_holder,
       sequence, plan_version, plan_digest, units_minor, currency, intended_at)
     SELECT r.key, $1, r.deal, r."from", r."to", r.sequence, $2, $3, r.minor, r.currency, $4
     FROM jsonb_to_recordset($5::jsonb) AS r (key bpchar, deal text, "from" text, "to" text,
       sequence int, minor bigint, currency text)
     ON CONFLICT (transfer_key) DO NOTHING RETURNING transfer_key AS key`,
    [incidentId, version, digest, at, JSON.stringify(rows)],
  );
  const { rows: others } = await tx.query<{ key: string }>(
    `SELECT r.key FROM jsonb_to_recordset($2::jsonb) AS r (key bpchar, minor bigint, currency text)
     LEFT JOIN unit_transfers t ON t.transfer_key = r.key AND t.incident_id = $1
     WHERE (t.units_minor, t.currency::text) IS DISTINCT FROM (r.minor, r.currency)`,
    [incidentId, JSON.stringify(rows)],
  );
  refuseOthers('transfer of units', others);
  const isFresh = new Set(fresh.map(({ key }) => key));
  return transfers.filter(({ key }) => isFresh.has(key));
}

function refuseOthers(what: string, others: readonly { key: string }[]): void {
  const [first] = others;
  if (first === undefined) return;
  throw new Refused(
    'PLAN_MISMATCH',
    `${String(others.length)} lines were booked before with other content, the first as ${what} ` +
      `${first.key}: expected the approved amount and accounts. They were not booked; look ` +
      'who wrote these rows.',
  );
}

/** Named in bulk, so that a row that nobody announced can be told from one that was. */
async function appendIntent(tx: Queryable, intent: SettlementIntent): Promise<void> {
  const { incidentId, version, digest, at, payments, transfers } = intent;
  const items = [
    ...payments.map(({ key, line }) => ({ key, leaf: `${key} ${leafOf(line)}`, line })),
    ...transfers.map(({ key, amount, ...row }) => {
      const units = formatMinor(amount, row.currency);
      return { key, leaf: `${key} ${canonicalJson({ ...row, units })}`, line: null };
    }),
  ];
  if (items.length === 0 && (await isBegun(tx, intent))) return;
  // Also where nothing is to move: from here on the version is begun.
  for (let first = 0; first < Math.max(items.length, 1); first += keysPerEntry) {
    const part = items.slice(first, first + keysPerEntry);
    const lines = part.flatMap(({ line }) => (line === null ? [] : [line]));
    const body = {
      version,
      digest,
      count: lines.length,
      transfers: part.length - lines.length,
      totals: totalsOf(lines),
      root: await sealRows(tx, { chain: incidentId, leaves: part.map(({ leaf }) => leaf) }),
      keys: part.map(({ key }) => key),
    };
    const entry = { chain: incidentId, at, actor: 'makewhole', kind: 'payment-intent', body };
    await appendEvidence(tx, entry);
  }
}

function totalsOf(lines: readonly { amount: string; currency: string }[]): Record<string, string> {
  const sums = new Map<string, bigint>();
  for (const { amount, currency } of lines) {
    sums.set(currency, (sums.get(currency) ?? 0n) + parseMinor(amount, currency));
  }
  return Object.fromEntries(
    [...sums].map(([currency, sum]) => [currency, formatMinor(sum, currency)]),
  );
}

/** Asks the votes and the lines themselves; no gate's or plan's own column is believed. */
async function approvedVersions(pool: Pool, incidentId: string): Promise<ApprovedVersion[]> {
  const [plans, approvals] = [postgresPlans(pool), postgresApprovals(pool)];
  const { rows } = await pool.query<{ version: number; digest: string }>(
    'SELECT version, digest FROM plans WHERE incident_id = $1 ORDER BY version',
    [incidentId],
  );
  const approved: ApprovedVersion[] = [];
  for (const { version, digest: stored } of rows) {
    const wanted = { incidentId, gateId: 'plan', subject: stored };
    if (!(await approvals.standing(wanted)).approved) continue;
    const { digest, manifest, lines } = await plans.verifyPlan({ incidentId, version });
    approved.push({ version, digest, goodThrough: manifest.goodThrough, lines });
  }
  return approved;
}
