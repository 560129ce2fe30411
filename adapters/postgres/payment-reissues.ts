import type {
  OpenPayment,
  PayerOf,
  PaymentLedger,
  StoppedPayment,
} from '../../activities/ports/payment-ledger';
import { unfundedReason } from '../../contracts/payment-rail';
import { entryOf } from '../../domain/posting-rules';
import { orderKey } from '../../proof/payment-key';
import { appendEvidence } from './evidence';
import { postEntries } from './ledger';
import {
  asOpenPayment,
  openColumns,
  openJoins,
  paymentColumns,
  type StoredOpenPayment,
  type StoredPayment,
} from './payment-rows';
import { absentAmong, readWords } from './payment-words';
import type { Queryable } from './pool';
import { endPaymentWaits, paymentWaitId } from './settlement-waits';

type Stopped = StoredOpenPayment & { cause: string | null };

/** Payments nobody goes on with, and for which something can be done now. */
export async function readStopped(
  db: Queryable,
  { incidentId, version, payer }: PayerOf,
): Promise<StoppedPayment[]> {
  const { rows } = await db.query<Stopped>(
    `SELECT ${openColumns}, p.cause FROM payments p ${openJoins}
     WHERE p.incident_id = $1 AND p.plan_version = $2 AND p.payer = $3
       AND (p.state = 'refused' AND p.cause = $4 OR p.state IN ('unknown', 'refused', 'returned')
         AND EXISTS (SELECT FROM payment_words w
           WHERE w.payment_key = p.payment_key AND w.issue = p.issue))
     ORDER BY p.deal_id, p.investor_id, p.leg, p.sequence`,
    [incidentId, version, payer, unfundedReason],
  );
  const keys = rows.map(({ key }) => key);
  const words = await readWords(db, { incidentId, keys });
  return rows.map((row) => {
    const said = words.get(row.key);
    const open = asOpenPayment(row, absentAmong(said));
    return { ...open, word: said?.get(row.issue) ?? null };
  });
}

type Given = Parameters<PaymentLedger['reissue']>[0];

/** What the end of an order posts before the next one begins; a refusal has been posted. */
const endings = { unknown: 'payment-absent', returned: 'payment-reissued' } as const;

/** Opens stopped payments again, in the caller's transaction. */
export async function reissue(tx: Queryable, given: Given): Promise<OpenPayment[]> {
  const { incidentId, at, payer, rows } = given;
  if (rows.length === 0) return [];
  const next = rows.map(({ key, issue }) => {
    return { key, issue, order: orderKey(key, issue + 1) };
  });
  const { rows: opened } = await tx.query<StoredPayment & { was: string; ended: string }>(
    `UPDATE payments p SET state = 'reserved', issue = r.issue + 1, order_key = r."order",
       cause = NULL, rail_id = NULL, booked_at = NULL, settled_at = NULL
     FROM jsonb_to_recordset($2::jsonb) AS r (key bpchar, issue int, "order" bpchar), payments old
     WHERE p.payment_key = r.key AND p.issue = r.issue AND p.incident_id = $1
       AND old.payment_key = p.payment_key
       AND p.state IN ('unknown', 'refused', 'returned')
     RETURNING ${paymentColumns}, old.state AS was,
       coalesce(old.order_key, old.payment_key) AS ended`,
    [incidentId, JSON.stringify(next)],
  );
  if (opened.length === 0) return [];
  const entries = opened.flatMap(({ was, ended, minor, ...row }) => {
    if (was !== 'unknown' && was !== 'returned') return [];
    const { currency } = row;
    return [entryOf(endings[was], { row, key: ended, amount: BigInt(minor), currency })];
  });
  await postEntries(tx, { incidentId, at, entries });
  await endPaymentWaits(tx, { incidentId, at, ids: opened.map(paymentWaitId) });
  const keys = opened.map(({ key }) => key);
  const body = { payer, count: keys.length, keys, issues: opened.map(({ issue }) => issue) };
  const kind = 'payment-reissue';
  await appendEvidence(tx, { chain: incidentId, at, actor: 'makewhole', kind, body });
  const issueOf = new Map(opened.map(({ key, issue }) => [key, issue]));
  return rows.flatMap((row): OpenPayment[] => {
    const issue = issueOf.get(row.key);
    if (issue === undefined) return [];
    const order = orderKey(row.key, issue);
    return [{ ...row, state: 'reserved', issue, orderKey: order, firstSentAt: null }];
  });
}
