import type { Pool } from 'pg';
import type {
  InvoiceParticulars,
  Invoices,
  IssuedInvoice,
  NewInvoice,
  NewReceipt,
} from '../../activities/ports/invoices';
import { readableMoney } from '../../domain/grouped';
import { formatMinor } from '../../domain/money';
import { sha256Hex } from '../../proof/digest';
import { appendEvidence } from './evidence';
import { postEntries } from './ledger';
import { inTransaction, type Queryable } from './pool';
import { restate } from './restatements';
import { sealRows } from './sealed-rows';
import { endPaymentWaits, paymentWaitId, wantPersons } from './settlement-waits';

/** The invoices in Postgres. */
export function postgresInvoices(pool: Pool): Invoices {
  return {
    particulars: (of) => particulars(pool, of),
    async issuedAmong(keys) {
      const { rows } = await pool.query<{ key: string }>(
        'SELECT invoice_key AS key FROM invoices WHERE invoice_key = ANY ($1::bpchar[])',
        [keys],
      );
      return rows.map(({ key }) => key);
    },
    issue: (batch) => inTransaction(pool, (tx) => issue(tx, batch)),
    async accounts({ incidentId, version }) {
      type Row = { account: string; currency: string; invoiced: boolean };
      const { rows } = await pool.query<Row>(
        `SELECT account, currency, EXISTS (SELECT FROM invoices i WHERE i.incident_id = $1
           AND i.payee = account AND i.currency = each.currency) AS invoiced
         FROM (
           SELECT payee AS account, currency FROM invoices
           WHERE incident_id = $1 AND plan_version = $2
           UNION SELECT payer, currency FROM payments
           WHERE incident_id = $1 AND plan_version = $2) AS each
         ORDER BY account, currency`,
        [incidentId, version],
      );
      return rows;
    },
    cursor: (of) => readCursor(pool, of),
    named: (references) => named(pool, references),
    async receiptsOf(incidentId) {
      const { rows } = await pool.query<{ entry: string }>(
        `SELECT concat(currency, ' ', account, '#', entry_seq) AS entry FROM receipts
         WHERE incident_id = $1`,
        [incidentId],
      );
      return rows.map(({ entry }) => entry);
    },
    async returnsOf(incidentId) {
      type Row = { account: string; currency: string; minor: string; reference: string };
      const { rows } = await pool.query<Row>(
        `SELECT account, currency, amount_minor AS minor, reference FROM receipts
         WHERE incident_id = $1 AND match = 'return' ORDER BY account, entry_seq`,
        [incidentId],
      );
      return rows.map(({ minor, ...row }) => ({ ...row, amount: BigInt(minor) }));
    },
    async openReturns({ incidentId, version }) {
      const { rows } = await pool.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM payments
         WHERE incident_id = $1 AND plan_version = $2 AND state = 'returned'`,
        [incidentId, version],
      );
      return rows[0]?.count ?? 0;
    },
    store: (part) => inTransaction(pool, (tx) => store(tx, part)),
  };
}

async function particulars(
  db: Queryable,
  of: Parameters<Invoices['particulars']>[0],
): Promise<InvoiceParticulars[]> {
  const { rows } = await db.query<InvoiceParticulars>(
    `SELECT d.deal_id AS deal, v.investor_id AS investor, v.name AS "investorName",
       d.name AS "dealName", d.company
     FROM incidents i, jsonb_to_recordset($2::jsonb) AS r (deal text, investor text),
       deals d, investors v
     WHERE i.incident_id = $1 AND d.snapshot_id = i.snapshot_id AND d.deal_id = r.deal
       AND v.snapshot_id = i.snapshot_id AND v.investor_id = r.investor`,
    [of.incidentId, JSON.stringify(of.lines)],
  );
  return rows;
}

type Batch = Parameters<Invoices['issue']>[0];

/** An invoice stands with its document, its posting and its evidence, or not at all. */
async function issue(tx: Queryable, batch: Batch): Promise<number> {
  const { incidentId, version, digest, at, invoices } = batch;
  const fresh: (NewInvoice & { document: string })[] = [];
  for (const invoice of invoices) {
    const document = sha256Hex(invoice.pdf);
    await tx.query(
      `INSERT INTO documents (digest, incident_id, kind, media_type, body, drafted_at)
       VALUES ($1, $2, 'invoice', 'application/pdf', $3, $4) ON CONFLICT (digest) DO NOTHING`,
      [document, incidentId, Buffer.from(invoice.pdf), at],
    );
    const { key, deal, investor, sequence, payee, amount, currency, reference, dueOn } = invoice;
    const { rowCount } = await tx.query(
      `INSERT INTO invoices (invoice_key, incident_id, deal_id, investor_id, sequence, plan_version,
         plan_digest, payee, amount_minor, currency, reference, document_digest, issued_at, due_on)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
       ON CONFLICT (invoice_key) DO NOTHING`,
      [
        ...[key, incidentId, deal, investor, sequence, version, digest],
        ...[payee, amount.toString(), currency, reference, document, at, dueOn],
      ],
    );
    if (rowCount === 1) fresh.push({ ...invoice, document });
  }
  if (fresh.length === 0) return 0;
  await postEntries(tx, { incidentId, at, entries: fresh.map(({ entry }) => entry) });
  await wantPersons(tx, { incidentId, at, persons: fresh.map(unpaid) });
  const leaves = fresh.map(({ key, document, amount, currency }) => {
    return `${key} ${formatMinor(amount, currency)} ${currency} ${document}`;
  });
  const keys = fresh.map(({ key }) => key);
  const root = await sealRows(tx, { chain: incidentId, leaves });
  const body = { version, digest, count: fresh.length, root, keys };
  await appendEvidence(tx, { chain: incidentId, at, actor: 'makewhole', kind: 'invoice', body });
  return fresh.length;
}

type Called = Pick<
  NewInvoice,
  'deal' | 'investor' | 'sequence' | 'reference' | 'amount' | 'currency'
>;

function unpaid({ deal, investor, sequence, ...called }: Called & { dueOn: string }) {
  const { amount, currency, reference, dueOn } = called;
  const money = readableMoney(amount, currency);
  return {
    id: paymentWaitId({ deal, investor, leg: 'call', sequence }),
    role: 'finance',
    question: `Invoice ${reference} of ${money} to ${investor} is unpaid.`,
    deadlineAt: `${dueOn}T23:59:59Z`,
  };
}

async function readCursor(
  db: Queryable,
  of: { incidentId: string; account: string; currency: string },
): Promise<number> {
  const { rows } = await db.query<{ seq: number }>(
    `SELECT entry_seq::int AS seq FROM statement_cursors
     WHERE incident_id = $1 AND account = $2 AND currency = $3`,
    [of.incidentId, of.account, of.currency],
  );
  return rows[0]?.seq ?? 0;
}

type StoredInvoice = Omit<IssuedInvoice, 'amount' | 'credited'> & { minor: string; paid: string };

async function named(db: Queryable, references: string[]): Promise<IssuedInvoice[]> {
  // A receipt may be more than its invoice; what is on top was never credited.
  const { rows } = await db.query<StoredInvoice>(
    `SELECT invoice_key AS key, incident_id AS "incidentId", deal_id AS deal,
       investor_id AS investor, sequence, payee, amount_minor AS minor, currency, reference, state,
       coalesce((SELECT sum(least(r.amount_minor, i.amount_minor)) FROM receipts r
         WHERE r.invoice_key = i.invoice_key), 0)::text AS paid
     FROM invoices i WHERE reference = ANY ($1::text[])`,
    [references],
  );
  return rows.map(({ minor, paid, ...row }) => {
    const [amount, credited] = [BigInt(minor), BigInt(paid)];
    return { ...row, amount, credited: credited < amount ? credited : amount };
  });
}

type Part = Parameters<Invoices['store']>[0];

async function store(tx: Queryable, part: Part): Promise<boolean> {
  const { incidentId, at, account, currency, after, upTo, receipts } = part;
  const { rowCount } = await tx.query(
    `INSERT INTO statement_cursors AS c (incident_id, account, currency, entry_seq)
     VALUES ($1, $2, $5, $4) ON CONFLICT (incident_id, account, currency)
     DO UPDATE SET entry_seq = $4 WHERE c.entry_seq = $3`,
    [incidentId, account, after, upTo, currency],
  );
  if (rowCount === 0) return false;
  const fresh: NewReceipt[] = [];
  for (const receipt of receipts) {
    if (await insertReceipt(tx, { ...part, receipt })) fresh.push(receipt);
  }
  if (fresh.length === 0) return true;
  await updateInvoices(tx, { incidentId, at, receipts: fresh });
  await takeBack(tx, { incidentId, at, receipts: fresh });
  await postEntries(tx, { incidentId, at, entries: fresh.flatMap(({ entries }) => entries) });
  const persons = fresh.flatMap(({ question, seq }) => {
    return question === undefined
      ? []
      : [{ id: waitIdOf(account, seq), role: 'finance', question }];
  });
  await wantPersons(tx, { incidentId, at, persons });
  await appendReceipts(tx, { ...part, receipts: fresh });
  return true;
}

const waitIdOf = (account: string, seq: number): string => `${account}#${String(seq)}`;

async function insertReceipt(
  tx: Queryable,
  { incidentId, account, receipt }: Part & { receipt: NewReceipt },
): Promise<boolean> {
  const { seq, counterparty, amount, currency, reference, bookedAt, match } = receipt;
  const { invoice, payment } = receipt;
  const { rowCount } = await tx.query(
    `INSERT INTO receipts (account, entry_seq, incident_id, counterparty, amount_minor, currency,
       reference, booked_at, invoice_key, match, payment_key)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     ON CONFLICT (account, currency, entry_seq) DO NOTHING`,
    [
      ...[account, seq, incidentId, counterparty, amount.toString(), currency, reference],
      ...[bookedAt, invoice?.key ?? null, match, payment?.key ?? null],
    ],
  );
  return rowCount === 1;
}

/** What came back is not with its payee: the row is open again, and a person is asked. */
async function takeBack(
  tx: Queryable,
  { incidentId, at, receipts }: { incidentId: string; at: string; receipts: NewReceipt[] },
): Promise<void> {
  for (const { payment } of receipts) {
    if (payment === undefined) continue;
    const { key, question } = payment;
    const { rows } = await tx.query<Parameters<typeof paymentWaitId>[0]>(
      `UPDATE payments SET state = 'returned', cause = $3
       WHERE payment_key = $2 AND incident_id = $1 AND state = 'settled'
       RETURNING deal_id AS deal, investor_id AS investor, leg, sequence`,
      [incidentId, key, question],
    );
    const persons = rows.map((row) => ({ id: paymentWaitId(row), role: 'finance', question }));
    await wantPersons(tx, { incidentId, at, persons });
  }
}

/** In the order of the statement: the last receipt for an invoice says how far it is paid. */
async function updateInvoices(
  tx: Queryable,
  { incidentId, at, receipts }: { incidentId: string; at: string; receipts: NewReceipt[] },
): Promise<void> {
  const states = new Map(
    receipts.flatMap(({ invoice }) => (invoice ? [[invoice.key, invoice]] : [])),
  );
  if (states.size === 0) return;
  const { rows } = await tx.query<{
    deal: string;
    investor: string;
    sequence: number;
    over: boolean;
  }>(
    `UPDATE invoices i SET state = r.state,
       paid_at = CASE WHEN r.state IN ('paid', 'over') THEN $2::timestamptz END
     FROM jsonb_to_recordset($3::jsonb) AS r (key bpchar, state text)
     WHERE i.invoice_key = r.key AND i.incident_id = $1 AND i.state IN ('issued', 'short')
     RETURNING deal_id AS deal, investor_id AS investor, sequence, i.paid_at IS NOT NULL AS over`,
    [incidentId, at, JSON.stringify([...states.values()])],
  );
  const covered = rows.filter(({ over }) => over);
  const ids = covered.map((row) => paymentWaitId({ ...row, leg: 'call' }));
  await endPaymentWaits(tx, { incidentId, at, ids });
  await restate(tx, { incidentId, at, deals: covered.map(({ deal }) => deal) });
}

async function appendReceipts(tx: Queryable, part: Part): Promise<void> {
  const { incidentId, at, account, receipts } = part;
  const leaves = receipts.map(({ seq, amount, currency, match, invoice, payment }) => {
    const money = `${formatMinor(amount, currency)} ${currency}`;
    return `${account} ${seq} ${money} ${match} ${invoice?.key ?? payment?.key ?? ''}`;
  });
  const counts: Record<string, number> = {};
  for (const { match } of receipts) counts[match] = (counts[match] ?? 0) + 1;
  const range = [receipts[0]?.seq ?? 0, receipts.at(-1)?.seq ?? 0];
  const root = await sealRows(tx, { chain: incidentId, leaves });
  const body = { account, count: receipts.length, counts, range, root };
  const entry = { chain: incidentId, at, actor: 'makewhole', kind: 'receipt-matched', body };
  await appendEvidence(tx, entry);
}
