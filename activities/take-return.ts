import type { StatementEntry } from '../contracts/payment-rail';
import { readableMoney } from '../domain/grouped';
import { referencesIn } from '../domain/payment-key';
import { entryOf } from '../domain/posting-rules';
import type { NewReceipt } from './ports/invoices';
import type { NamedPayment } from './ports/payment-ledger';

type Of = { incidentId: string; account: string; currency: string };

/**
 * The payment of ours that an entry brings back, whole, to the account it was paid from.
 *
 * Shapes: `early` where it is not known yet that it had arrived, `elsewhere` where it is another
 * incident's; undefined where the entry brings nothing back.
 */
export function comesBack(
  { reference, counterparty, amountMinor, direction }: StatementEntry,
  { of, paid }: { of: Of; paid: readonly NamedPayment[] },
): NamedPayment | 'early' | 'elsewhere' | undefined {
  const [only, ...more] = referencesIn(reference);
  if (direction !== 'in' || only === undefined || more.length > 0) return undefined;
  const row = paid.find(({ payer, payee, amount, currency, ...each }) => {
    const same = payer === of.account && currency === of.currency && payee === counterparty;
    return each.reference === only && same && amount.toString() === amountMinor;
  });
  if (row === undefined) return undefined;
  if (row.incidentId !== of.incidentId) return 'elsewhere';
  if (row.state === 'settled') return row;
  return row.state === 'sending' || row.state === 'unknown' ? 'early' : undefined;
}

/** What an entry that brings a payment back changes: its row is open, and a person is asked. */
export function returnReceipt(
  { seq, counterparty, reference, bookedAt, amountMinor }: StatementEntry,
  { of, row }: { of: Of; row: NamedPayment },
): NewReceipt {
  const { key, orderKey, payee, amount, currency } = row;
  const money = readableMoney(amount, currency);
  const question =
    `${money} to ${payee} came back, entry ${String(seq)} on ` +
    `${of.account}. Have the account put right, then pay it again with payments resolve --absent.`;
  return {
    ...{ seq, counterparty, reference, bookedAt, currency },
    amount: BigInt(amountMinor),
    match: 'return',
    payment: { key, question },
    entries: [entryOf('payment-returned', { row, key: orderKey, amount, currency })],
  };
}
