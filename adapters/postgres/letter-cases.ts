import type { Pool } from 'pg';
import type { LetterCases, LetterSubject } from '../../activities/ports/letter-ledger';
import { policyPack } from '../../contracts/pack';
import type { OwnDeal, OwnInvoice, OwnPayment, OwnTransfer } from '../../domain/letter-case';
import type { LetterSetting } from '../../domain/letter-due';
import { asLetterRow, letterColumns, type StoredLetter } from './letter-rows';
import type { Queryable } from './pool';
import { Refused } from './refused';

/** What letters are made from, in Postgres. */
export function postgresLetterCases(pool: Pool): LetterCases {
  return {
    setting: (of) => readSetting(pool, of),
    page: (of) => readPage(pool, of),
  };
}

type SettingRow = {
  pack: unknown;
  fix: string | null;
  stopped: boolean;
  approvedAt: Date | null;
};

async function readSetting(
  db: Queryable,
  { incidentId, at }: { incidentId: string; at: string },
): Promise<LetterSetting> {
  const { rows } = await db.query<SettingRow>(
    `SELECT pack_snapshot AS pack,
       (SELECT state FROM fixes f WHERE f.incident_id = i.incident_id
        ORDER BY attempt DESC LIMIT 1) AS fix,
       EXISTS (SELECT FROM holds h WHERE h.incident_id = i.incident_id AND kind = 'service'
         AND state = 'held') AS stopped,
       (SELECT max(decided_at) FROM gates g WHERE g.incident_id = i.incident_id
         AND gate_id = 'plan' AND state = 'passed') AS "approvedAt"
     FROM incidents i WHERE incident_id = $1`,
    [incidentId],
  );
  const [row] = rows;
  if (row === undefined) throw new Refused('INCIDENT_UNKNOWN', `there is no ${incidentId}`);
  const patience = policyPack.parse(row.pack).resolutionWaitsForFix.value;
  const stopped = row.stopped ? 'stopped' : 'unclear';
  return {
    cause: row.fix === 'live' ? 'fixed' : stopped,
    fixAwaitedUpTo: new Date(Date.parse(at) - patience * 1000).toISOString(),
    approvedAt: row.approvedAt?.toISOString() ?? '',
  };
}

type Minor = { minor: string; currency: string };
type DealRow = Minor & {
  deal: string;
  company: string;
  investedOn: string;
  agreementOn: string | null;
  right: string;
};
type PaymentRow = Omit<OwnPayment, 'amount' | 'bookedOn' | 'settledAt'> &
  Minor & { bookedAt: string | null; settledAt: string | null };
type InvoiceRow = Omit<OwnInvoice, 'amount' | 'document' | 'paidAt'> &
  Minor & { document: string | null; paidAt: string | null };
type TransferRow = Omit<OwnTransfer, 'amount' | 'confirmedAt'> &
  Minor & { confirmedAt: string | null };
type CaseRow = {
  id: string;
  name: string;
  email: string;
  locale: string;
  status: string;
  deals: DealRow[];
  payments: PaymentRow[] | null;
  invoices: InvoiceRow[] | null;
  transfers: TransferRow[] | null;
  letters: StoredLetter[] | null;
};

async function readPage(
  db: Queryable,
  of: Parameters<LetterCases['page']>[0],
): Promise<LetterSubject[]> {
  const { incidentId, stage, after, take, only } = of;
  const { rows } = await db.query<CaseRow>(pageSql, [
    incidentId,
    stage ?? null,
    after ?? null,
    take,
    only ?? null,
  ]);
  return rows.map(asSubject);
}

function asSubject(row: CaseRow): LetterSubject {
  const { id, name, email, locale, status } = row;
  const one = {
    investor: { id, name, email, locale, status },
    deals: row.deals.map(asDeal),
    payments: (row.payments ?? []).map(asPayment),
    invoices: (row.invoices ?? []).map(asInvoice),
    transfers: (row.transfers ?? []).map(asTransfer),
  };
  return { one, letters: (row.letters ?? []).map(asLetterRow) };
}

function asDeal({ minor, right, agreementOn, ...row }: DealRow): OwnDeal {
  const agreement = agreementOn === null || agreementOn === '' ? {} : { agreementOn };
  return { ...row, recorded: BigInt(minor), right: BigInt(right), ...agreement };
}

function asPayment({ minor, bookedAt, settledAt, ...row }: PaymentRow): OwnPayment {
  const bookedOn = instant(bookedAt)?.slice(0, 10);
  const settled = instant(settledAt);
  return {
    ...row,
    amount: BigInt(minor),
    ...(bookedOn === undefined ? {} : { bookedOn }),
    ...(settled === undefined ? {} : { settledAt: settled }),
  };
}

function asInvoice({ minor, document, paidAt, ...row }: InvoiceRow): OwnInvoice {
  const paid = instant(paidAt);
  return {
    ...row,
    amount: BigInt(minor),
    ...(document === null ? {} : { document }),
    ...(paid === undefined ? {} : { paidAt: paid }),
  };
}

function asTransfer({ minor, confirmedAt, ...row }: TransferRow): OwnTransfer {
  const confirmed = instant(confirmedAt);
  return {
    ...row,
    amount: BigInt(minor),
    ...(confirmed === undefined ? {} : { confirmedAt: confirmed }),
  };
}

/** JSON of Postgres writes instants in the session's zone. */
const instant = (text: string | null): string | undefined =>
  text === null ? undefined : new Date(text).toISOString();

// Amounts travel as text: JSON has no bigint. Everything of one investor comes in one statement, so
// that a letter is never made of two moments.
const pageSql = `
WITH affected AS (
  SELECT w.*, i.snapshot_id, CASE i.basis WHEN 'asRecorded' THEN as_recorded_minor
    ELSE as_should_have_been_minor END AS right_minor
  FROM impacts w JOIN incidents i USING (incident_id)
  WHERE incident_id = $1 AND ($5::text IS NULL OR investor_id = $5)
), wrong AS (SELECT * FROM affected WHERE recorded_minor <> right_minor
), people AS (
  SELECT DISTINCT investor_id, snapshot_id FROM wrong w
  WHERE ($3::text IS NULL OR investor_id > $3) AND NOT EXISTS (
    SELECT FROM letters l WHERE l.incident_id = $1 AND l.stage = $2
      AND l.investor_id = w.investor_id AND (l.state IN ('unknown', 'failed')
        OR (l.state = 'sent' AND l.stage IN ('acknowledgement', 'resolution'))))
  ORDER BY investor_id LIMIT $4)
SELECT v.investor_id AS id, v.locale, coalesce(given.facts ->> 'name', v.name) AS name,
  coalesce(given.facts ->> 'email', v.email) AS email,
  coalesce(given.facts ->> 'status', v.facts ->> 'status', '') AS status,
  (SELECT json_agg(json_build_object('deal', w.deal_id, 'company', d.company,
      'investedOn', d.closed_on, 'currency', w.currency, 'minor', recorded_minor::text,
      'right', right_minor::text, 'agreementOn', coalesce((SELECT value FROM facts f
        WHERE f.incident_id = $1 AND subject_kind = 'deal' AND subject_id = w.deal_id
          AND f.name = 'agreement_on' ORDER BY fact_id DESC LIMIT 1), d.facts ->> 'agreement_on'))
      ORDER BY d.closed_on, w.deal_id)
    FROM wrong w JOIN deals d ON d.snapshot_id = w.snapshot_id AND d.deal_id = w.deal_id
    WHERE w.investor_id = v.investor_id) AS deals,
  (SELECT json_agg(json_build_object('deal', deal_id, 'leg', leg, 'sequence', sequence,
      'minor', amount_minor::text, 'currency', currency, 'state', state, 'reference', reference,
      'bookedAt', booked_at, 'settledAt', settled_at) ORDER BY deal_id, leg, sequence)
    FROM payments p WHERE p.incident_id = $1 AND p.investor_id = v.investor_id
      AND p.payee = 'investor:' || v.investor_id) AS payments,
  (SELECT json_agg(json_build_object('deal', deal_id, 'sequence', sequence,
      'minor', amount_minor::text, 'currency', currency, 'state', state, 'reference', reference,
      'payee', payee, 'dueOn', due_on, 'document', document_digest, 'paidAt', paid_at)
      ORDER BY deal_id, sequence)
    FROM invoices n WHERE n.incident_id = $1 AND n.investor_id = v.investor_id) AS invoices,
  (SELECT json_agg(json_build_object('deal', deal_id, 'sequence', sequence,
      'minor', units_minor::text, 'currency', currency, 'state', state,
      'side', CASE WHEN from_holder = v.investor_id THEN 'out' ELSE 'in' END,
      'confirmedAt', confirmed_at) ORDER BY deal_id, sequence)
    FROM unit_transfers t WHERE t.incident_id = $1
      AND v.investor_id IN (t.from_holder, t.to_holder)) AS transfers,
  (SELECT json_agg(row_to_json(l) ORDER BY l."queuedAt", revision)
    FROM (SELECT ${letterColumns} FROM letters
    WHERE incident_id = $1 AND ($2::text IS NULL OR stage = $2)
      AND investor_id = v.investor_id) l) AS letters
FROM people JOIN investors v USING (snapshot_id, investor_id), LATERAL (
  SELECT jsonb_object_agg(name, value ORDER BY fact_id) AS facts FROM facts -- The last one stands.
  WHERE incident_id = $1 AND subject_kind = 'investor' AND subject_id = v.investor_id) given
ORDER BY v.investor_id`;
