import type { PaymentRail } from '../contracts/payment-rail';
import { parseMinor } from '../domain/money';
import { referenceOf, referencesIn } from '../domain/payment-key';
import type { PlanLine } from '../domain/plan-line';
import { settlementOf } from '../domain/settlement-order';
import { paymentKey } from '../proof/payment-key';
import { failAbout } from './fail';
import type { OpenTransfer } from './ports/unit-transfers';
import { statementEntries } from './statement-entries';

/**
 * Asks the bank itself whether the calls behind these transfers are paid: our invoice that says so
 * can be changed behind our back.
 *
 * @throws RECEIPT_MISMATCH (bug) when the payee's statement shows less than was called.
 */
export async function callsArePaid(
  { rail }: { rail: Pick<PaymentRail, 'statement'> },
  given: { incidentId: string; rows: readonly OpenTransfer[]; lines: readonly PlanLine[] },
): Promise<void> {
  const { incidentId, rows, lines } = given;
  const all = settlementOf(lines).calls;
  const calls = rows.map((row) => callOf(row, all));
  const received = await receivedBy(rail, calls);
  for (const call of calls) {
    const reference = referenceOf(incidentId, paymentKey(incidentId, call));
    const { payee, currency, amount } = call;
    const found = received.get(`${currency} ${payee} ${reference}`) ?? 0n;
    if (found >= parseMinor(amount, currency)) continue;
    const message =
      `our books say that ${reference} is paid: expected ${amount} ${currency} on the statement ` +
      `of ${payee}, found less. No units were moved; find out who changed the invoice.`;
    throw failAbout({ code: 'RECEIPT_MISMATCH', message, details: { reference } });
  }
}

function callOf(row: OpenTransfer, calls: readonly PlanLine[]): PlanLine {
  const found = calls.find(({ deal, investor, sequence }) => {
    return deal === row.deal && investor === row.to && sequence === row.sequence;
  });
  if (found !== undefined) return found;
  const message = `no approved call stands behind the units of ${row.deal} to ${row.to}`;
  throw failAbout({ code: 'RECEIPT_MISMATCH', message, details: { key: row.key } });
}

/** What has come in under each reference, by currency and account. Units: minor units. */
async function receivedBy(
  rail: Pick<PaymentRail, 'statement'>,
  calls: readonly PlanLine[],
): Promise<ReadonlyMap<string, bigint>> {
  const accounts = new Map(
    calls.map(({ payee, currency }) => [`${currency} ${payee}`, { account: payee, currency }]),
  );
  const received = new Map<string, bigint>();
  for (const [name, of] of accounts) {
    for await (const { direction, reference, amountMinor } of statementEntries(rail, of)) {
      const [only, ...more] = referencesIn(reference);
      if (direction !== 'in' || only === undefined || more.length > 0) continue;
      const sum = received.get(`${name} ${only}`) ?? 0n;
      received.set(`${name} ${only}`, sum + BigInt(amountMinor));
    }
  }
  return received;
}
