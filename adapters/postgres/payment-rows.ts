import type { OpenPayment, PaymentRow } from '../../activities/ports/payment-ledger';

/** The columns of payment `p`, named as its row is read. */
export const paymentColumns = `p.payment_key AS key, p.deal_id AS deal, p.investor_id AS investor,
  p.leg, p.sequence, p.payer, p.payee, p.amount_minor AS minor, p.currency, p.reference, p.state,
  p.attempts, p.issue, coalesce(p.order_key, p.payment_key) AS "orderKey"`;

/** A payment as Postgres gives it. */
export type StoredPayment = Omit<PaymentRow, 'amount'> & { minor: string };

/** A payment with its amount as a number of minor units. */
export function asPaymentRow<R extends { minor: string }>({ minor, ...row }: R) {
  return { ...row, amount: BigInt(minor) };
}

/** What an open payment has beside its row, and where from. */
export const openColumns = `${paymentColumns}, e.booked_at AS "firstSentAt",
  coalesce(t.standing, 'none') AS transfer`;

/** When the newest order was first sent, and how the transfer of a refund stands. */
export const openJoins = `
  LEFT JOIN entries e
    ON e.entry_key = coalesce(p.order_key, p.payment_key) || '/payment-sending'
  LEFT JOIN LATERAL (
    SELECT CASE WHEN bool_and(u.state = 'confirmed') THEN 'confirmed' ELSE 'open' END AS standing
    FROM unit_transfers u WHERE p.leg = 'refund' AND u.incident_id = p.incident_id
      AND u.deal_id = p.deal_id AND u.sequence = p.sequence AND u.from_holder = p.investor_id
    HAVING count(*) > 0) t ON true`;

/** An open payment as Postgres gives it. */
export type StoredOpenPayment = StoredPayment & {
  firstSentAt: Date | null;
  transfer: OpenPayment['transfer'];
};

/** An open payment with its amount and instant as the port has them. */
export function asOpenPayment<R extends StoredOpenPayment>(
  { firstSentAt, ...row }: R,
  absentIssues: number[],
) {
  const sent = firstSentAt?.toISOString() ?? null;
  return { ...asPaymentRow(row), firstSentAt: sent, absentIssues };
}
