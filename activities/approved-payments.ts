import { parseMinor } from '../domain/money';
import { referenceOf } from '../domain/payment-key';
import type { PlanLine } from '../domain/plan-line';
import { settlementOf } from '../domain/settlement-order';
import { orderKey, paymentKey } from '../proof/payment-key';
import { failAbout } from './fail';
import type { OpenPayment } from './ports/payment-ledger';

/**
 * Those payments that approved lines ask for, as they ask for them.
 *
 * Ensures: a row that no line asks for is never paid, whoever wrote it, and keeps nobody else's
 * waiting.
 * @throws PLAN_MISMATCH (bug) when a row is another payment than its line.
 */
export function approvedPayments<Row extends OpenPayment>(
  rows: readonly Row[],
  { incidentId, lines }: { incidentId: string; lines: readonly PlanLine[] },
): Row[] {
  const { payments } = settlementOf(lines);
  const lineOf = new Map(payments.map((line) => [paymentKey(incidentId, line), line]));
  return rows.filter((row) => {
    const line = lineOf.get(row.key);
    if (line === undefined) return false;
    if (isSame(row, { incidentId, line })) return true;
    const message =
      `payment ${row.key} is not what was approved: expected ${line.amount} ${line.currency} ` +
      `from ${line.payer} to ${line.payee}. Nothing was paid; find out who changed the row.`;
    throw failAbout({ code: 'PLAN_MISMATCH', message, details: { key: row.key } });
  });
}

function isSame(
  row: OpenPayment,
  { incidentId, line }: { incidentId: string; line: PlanLine },
): boolean {
  const { payer, payee, currency, amount } = line;
  return (
    row.payer === payer &&
    row.payee === payee &&
    row.currency === currency &&
    row.amount === parseMinor(amount, currency) &&
    row.reference === referenceOf(incidentId, row.key) &&
    row.orderKey === orderKey(row.key, row.issue)
  );
}
