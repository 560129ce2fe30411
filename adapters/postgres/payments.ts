import type { Pool } from 'pg';
import type {
  ChangedPayments,
  OpenPayment,
  PayerOf,
  PaymentLedger,
  PaymentOutcome,
  PaymentRow,
} from '../../activities/ports/payment-ledger';
import { unfundedReason } from '../../contracts/payment-rail';
import { readableMoney } from '../../domain/grouped';
import { formatMinor } from '../../domain/money';
import { entryOf, type Entry } from '../../domain/posting-rules';
import { appendEvidence } from './evidence';
import { postEntries } from './ledger';
import { readStopped, reissue } from './payment-reissues';
import {
  asOpenPayment,
  asPaymentRow,
  openColumns,
  openJoins,
  paymentColumns,
  type StoredOpenPayment,
  type StoredPayment,
} from './payment-rows';
import { absentAmong, readWords } from './payment-words';
import { inTransaction, type Queryable } from './pool';
import { restate } from './restatements';
import { sealRows } from './sealed-rows';
import { endPaymentWaits, paymentWaitId, wantPersons } from './settlement-waits';

/** The payments in Postgres. */
export function postgresPaymentLedger(pool: Pool): PaymentLedger {
  return {
    open: (of) => readOpen(pool, of),
    markSending: (batch) => inTransaction(pool, (tx) => markSending(tx, batch)),
    record: (given) => inTransaction(pool, (tx) => record(tx, given)),
    stopped: (of) => readStopped(pool, of),
    reissue: (given) => inTransaction(pool, (tx) => reissue(tx, given)),
    ask({ incidentId, at, row, question }) {
      const persons = [{ id: paymentWaitId(row), role: 'finance', question }];
      return wantPersons(pool, { incidentId, at, persons });
    },
    async named(references) {
      const sql = `SELECT ${paymentColumns}, p.incident_id AS "incidentId" FROM payments p
        WHERE p.reference = ANY ($1::text[]) ORDER BY p.payment_key`;
      type Named = StoredPayment & { incidentId: string };
      return (await pool.query<Named>(sql, [references])).rows.map(asPaymentRow);
    },
    noteFunding: ({ incidentId, at, payer, question }) => {
      const id = `funding/${payer}`;
      if (question === null) return endPaymentWaits(pool, { incidentId, at, ids: [id] });
      const persons = [{ id, role: 'finance', question }];
      return wantPersons(pool, { incidentId, at, persons });
    },
    async list(incidentId) {
      const sql = `SELECT ${paymentColumns} FROM payments p WHERE incident_id = $1
        ORDER BY deal_id, investor_id, leg, sequence`;
      return (await pool.query<StoredPayment>(sql, [incidentId])).rows.map(asPaymentRow);
    },
  };
}

const openRows = `p.incident_id = $1 AND p.plan_version = $2 AND p.payer = $3
  AND p.state IN ('reserved', 'sending', 'unknown')`;

const openSql = `
  SELECT ${openColumns} FROM payments p ${openJoins}
  WHERE ${openRows}
  ORDER BY p.leg = 'refund' AND p.payer LIKE 'spv:%' AND t.standing IS DISTINCT FROM 'confirmed',
    array_position(ARRAY['reserved', 'sending', 'unknown'], p.state),
    p.deal_id, p.investor_id, p.leg, p.sequence
  LIMIT $4`;

async function readOpen(
  db: Queryable,
  { incidentId, version, payer, limit }: PayerOf & { limit: number },
): Promise<{ rows: OpenPayment[]; total: number }> {
  const values = [incidentId, version, payer];
  const { rows } = await db.query<StoredOpenPayment>(openSql, [...values, limit]);
  const { rows: counted } = await db.query<{ total: number }>(
    `SELECT count(*)::int AS total FROM payments p WHERE ${openRows}`,
    values,
  );
  const keys = rows.filter(({ issue }) => issue > 1).map(({ key }) => key);
  const words = await readWords(db, { incidentId, keys });
  const open = rows.map((row) => asOpenPayment(row, absentAmong(words.get(row.key))));
  return { rows: open, total: counted[0]?.total ?? 0 };
}

type Batch = Parameters<PaymentLedger['markSending']>[0];

async function markSending(tx: Queryable, { incidentId, at, rows: read }: Batch) {
  const seen = read.map(({ key, orderKey, attempts }) => ({ key, orderKey, attempts }));
  const { rows } = await tx.query<StoredPayment>(
    `UPDATE payments p SET state = 'sending', attempts = p.attempts + 1
     FROM jsonb_to_recordset($2::jsonb) AS r (key bpchar, "orderKey" bpchar, attempts int)
     WHERE p.payment_key = r.key AND p.attempts = r.attempts
       AND coalesce(p.order_key, p.payment_key) = r."orderKey" AND p.incident_id = $1
       AND p.state IN ('reserved', 'sending', 'unknown') RETURNING ${paymentColumns}`,
    [incidentId, JSON.stringify(seen)],
  );
  const taken = rows.map(asPaymentRow);
  const entries = taken.map((row) =>
    entryOf('payment-sending', { ...row, row, key: row.orderKey }),
  );
  await postEntries(tx, { incidentId, at, entries });
  return taken.map(({ key }) => key);
}

type Recorded = { incidentId: string; at: string; payer: string; outcomes: PaymentOutcome[] };
type Changed = PaymentRow & { outcome: PaymentOutcome };

async function record(tx: Queryable, given: Recorded): Promise<ChangedPayments> {
  const { incidentId, at } = given;
  const changed = await updateRows(tx, given);
  const of = (kind: PaymentOutcome['kind']) => changed.filter((row) => row.outcome.kind === kind);
  const [settled, refused, unknown] = [of('settled'), of('refused'), of('unknown')];
  await postEntries(tx, { incidentId, at, entries: entriesOf(settled, refused) });
  await restate(tx, { incidentId, at, deals: dealsOf(settled) });
  await endPaymentWaits(tx, { incidentId, at, ids: settled.map(paymentWaitId) });
  const final = refused.filter(({ outcome }) => !isUnfunded(outcome));
  const persons = [...final, ...unknown].map(personWanted);
  await wantPersons(tx, { incidentId, at, persons });
  if (settled.length + refused.length + unknown.length > 0) {
    await appendOutcomes(tx, { ...given, settled, refused, unknown });
  }
  return { settled: keysOf(settled), refused: keysOf(final), unknown: keysOf(unknown) };
}

/** Nobody has to look into it: whoever funds the account is waited for. */
const isUnfunded = (outcome: PaymentOutcome): boolean =>
  outcome.kind === 'refused' && outcome.cause === unfundedReason;

/** Rows that are over are left alone, and so is a row that is `unknown` still. */
async function updateRows(tx: Queryable, { incidentId, at, outcomes }: Recorded) {
  const rows = JSON.stringify(outcomes);
  const { rows: stored } = await tx.query<StoredPayment>(
    `UPDATE payments p SET
       state = CASE r.kind WHEN 'accepted' THEN 'sending' ELSE r.kind END,
       rail_id = coalesce(r."railId", p.rail_id), cause = r.cause, booked_at = r."bookedAt",
       settled_at = CASE WHEN r.kind = 'settled' THEN $2::timestamptz END
     FROM jsonb_to_recordset($3::jsonb)
       AS r (key bpchar, "orderKey" bpchar, kind text, "railId" text, "bookedAt" timestamptz,
         cause text)
     WHERE p.payment_key = r.key AND coalesce(p.order_key, p.payment_key) = r."orderKey"
       AND p.incident_id = $1 AND p.attempts > 0 AND p.state IN ('reserved', 'sending', 'unknown')
       AND NOT (p.state = 'unknown' AND r.kind = 'unknown')
     RETURNING ${paymentColumns}`,
    [incidentId, at, rows],
  );
  const outcomeOf = new Map(outcomes.map((outcome) => [outcome.key, outcome]));
  return stored.flatMap((row): Changed[] => {
    const outcome = outcomeOf.get(row.key);
    return outcome === undefined ? [] : [{ ...asPaymentRow(row), outcome }];
  });
}

function entriesOf(settled: readonly Changed[], refused: readonly Changed[]): Entry[] {
  return [
    ...settled.map((row) => entryOf('payment-settled', { ...row, row, key: row.orderKey })),
    ...refused.map((row) => entryOf('payment-refused', { ...row, row, key: row.orderKey })),
  ];
}

const keysOf = (rows: readonly Changed[]): string[] => rows.map(({ key }) => key);
const dealsOf = (rows: readonly Changed[]): string[] => [...new Set(rows.map(({ deal }) => deal))];

function personWanted(row: Changed) {
  const { outcome, amount, currency, payee, payer } = row;
  const why = outcome.kind === 'refused' || outcome.kind === 'unknown' ? outcome.cause : '';
  const money = `${readableMoney(amount, currency)} from ${payer} to ${payee}`;
  const question =
    outcome.kind === 'refused'
      ? `The bank refused ${money}: ${why}. How can the payee be paid?`
      : `It is not known whether ${money} moved: ${why}. What does the bank say?`;
  return { id: paymentWaitId(row), role: 'finance', question };
}

async function appendOutcomes(
  tx: Queryable,
  given: Recorded & Record<'settled' | 'refused' | 'unknown', Changed[]>,
): Promise<void> {
  const { incidentId, at, payer, settled, refused, unknown } = given;
  const over = [...settled, ...refused];
  const leaves = over.map(({ key, outcome, amount, currency }) => {
    const money = `${formatMinor(amount, currency)} ${currency}`;
    return `${key} ${outcome.kind} ${money} ${'railId' in outcome ? outcome.railId : ''}`;
  });
  const body = {
    payer,
    settled: settled.length,
    refused: refused.length,
    unknown: unknown.length,
    totals: totalsOf(settled),
    root: await sealRows(tx, { chain: incidentId, leaves }),
    keys: over.map(({ key }) => key),
    unclear: unknown.map(({ key }) => key),
  };
  const entry = { chain: incidentId, at, actor: 'makewhole', kind: 'payment-outcome', body };
  await appendEvidence(tx, entry);
}

function totalsOf(rows: readonly Changed[]): Record<string, string> {
  const sums = new Map<string, bigint>();
  for (const { amount, currency } of rows) {
    sums.set(currency, (sums.get(currency) ?? 0n) + amount);
  }
  return Object.fromEntries(
    [...sums].map(([currency, sum]) => [currency, formatMinor(sum, currency)]),
  );
}
