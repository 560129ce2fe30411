import type { PaymentRail } from '../contracts/payment-rail';
import { referencesIn } from '../domain/payment-key';
import { orderKey } from '../proof/payment-key';
import { failAbout } from './fail';
import { orderOf } from './look-up-payments';
import type { PayCall } from './pay-chunk';
import type {
  OpenPayment,
  PaymentLedger,
  PaymentOutcome,
  StoppedPayment,
} from './ports/payment-ledger';
import { statementEntries } from './statement-entries';

type Ports = { payments: PaymentLedger; rail: PaymentRail };
type Said = { outcome: PaymentOutcome } | { again: StoppedPayment } | { doubt: string };

/**
 * Acts on what persons said of stopped payments, as far as the bank bears it out: settles what its
 * statement shows, opens again what has not moved or has come back.
 *
 * Retry: safe; a word is about one order of a payment, and a new order has none yet.
 * Ensures: the bank's own word goes first; where it says otherwise a person is asked again.
 */
export async function actOnWords(
  ports: Ports,
  { call, stopped }: { call: PayCall; stopped: readonly StoppedPayment[] },
): Promise<void> {
  const { incidentId, at, payer } = call;
  const outcomes: PaymentOutcome[] = [];
  const again: StoppedPayment[] = [];
  for (const row of stopped) {
    if (row.word === null) continue;
    const said = await weigh(ports.rail, row);
    if ('outcome' in said) outcomes.push(said.outcome);
    else if ('again' in said) again.push(said.again);
    else await ports.payments.ask({ incidentId, at, row, question: said.doubt });
  }
  if (outcomes.length > 0) await ports.payments.record({ incidentId, at, payer, outcomes });
  if (again.length > 0) await ports.payments.reissue({ incidentId, at, payer, rows: again });
}

async function weigh(rail: PaymentRail, row: StoppedPayment): Promise<Said> {
  const { key, orderKey: order, state, word, issue } = row;
  const found = await rail.lookup(order, { asked: orderOf(row) });
  if (state === 'unknown' && found.kind === 'booked') {
    const { paymentId: railId, bookedAt } = found;
    return { outcome: { key, orderKey: order, kind: 'settled', railId, bookedAt } };
  }
  if (state === 'unknown' && found.kind === 'pending') {
    return { outcome: { key, orderKey: order, kind: 'accepted', railId: found.paymentId } };
  }
  if (word === 'settled') return (await shownBooked(rail, row)) ?? { doubt: notShown(row) };
  if (await hasEnded(rail, { row, upTo: issue })) return { again: row };
  return { doubt: hasMoved(row) };
}

async function shownBooked(rail: PaymentRail, row: StoppedPayment): Promise<Said | undefined> {
  const { key, payer, payee, currency, amount } = row;
  for await (const entry of statementEntries(rail, { account: payer, currency })) {
    const same = entry.counterparty === payee && entry.amountMinor === amount.toString();
    const named = (entry.key ?? row.orderKey) === row.orderKey && entry.reference === row.reference;
    if (entry.direction !== 'out' || !same || !named) continue;
    const { paymentId: railId, bookedAt } = entry;
    return { outcome: { key, orderKey: row.orderKey, kind: 'settled', railId, bookedAt } };
  }
  return undefined;
}

const notShown = ({ reference, payer }: StoppedPayment): string =>
  `Finance says that ${reference} is settled, and the statement of ${payer} does not show it. ` +
  'What does the bank say?';

const hasMoved = ({ reference }: StoppedPayment): string =>
  `Finance says that ${reference} has not moved, and the bank does not say so; nothing is paid ` +
  'again. What does the bank say?';

/**
 * Opens payments again that their bank refused for want of funds, and stops where one has moved.
 *
 * @throws RECEIPT_MISMATCH (bug) when an order that our books call refused has moved money.
 */
export async function reopen(
  ports: Ports,
  { call, rows }: { call: PayCall; rows: readonly OpenPayment[] },
): Promise<OpenPayment[]> {
  const { incidentId, at, payer } = call;
  for (const row of rows) {
    if (!(await hasEnded(ports.rail, { row, upTo: row.issue }))) throw movedAlready(row);
  }
  return rows.length === 0 ? [] : ports.payments.reissue({ incidentId, at, payer, rows });
}

/**
 * Makes sure that whatever went out before under other orders of these payments is not with the
 * payee: rows can be changed behind our back, the bank's books cannot.
 *
 * @throws RECEIPT_MISMATCH (bug) when an earlier order has moved money that has not come back.
 */
export async function earlierOrdersEnded(
  rail: PaymentRail,
  rows: readonly OpenPayment[],
): Promise<void> {
  for (const row of rows) {
    if (row.issue === 1) continue;
    if (!(await hasEnded(rail, { row, upTo: row.issue - 1 }))) throw movedAlready(row);
  }
}

function movedAlready({ key, reference }: OpenPayment) {
  const message =
    `expected every earlier order of ${reference} to have ended without money, found one that ` +
    'may have moved it. Nothing was paid; halt the incident and call the bank.';
  return failAbout({ code: 'RECEIPT_MISMATCH', message, details: { key } });
}

/** By the bank alone: refused, never taken on a person's signed word, or come back. */
async function hasEnded(
  rail: PaymentRail,
  { row, upTo }: { row: OpenPayment; upTo: number },
): Promise<boolean> {
  let booked = 0;
  for (let issue = 1; issue <= upTo; issue += 1) {
    const found = await rail.lookup(orderKey(row.key, issue));
    if (found.kind === 'pending') return false;
    if (found.kind === 'absent' && !row.absentIssues.includes(issue)) return false;
    if (found.kind === 'booked') booked += 1;
  }
  return booked === 0 || booked <= (await returnsOf(rail, row));
}

async function returnsOf(rail: PaymentRail, row: OpenPayment): Promise<number> {
  const { payer, payee, currency, amount, reference } = row;
  let count = 0;
  for await (const entry of statementEntries(rail, { account: payer, currency })) {
    const same = entry.counterparty === payee && entry.amountMinor === amount.toString();
    const [only, ...more] = referencesIn(entry.reference);
    const named = only === reference && more.length === 0;
    if (entry.direction === 'in' && same && named) count += 1;
  }
  return count;
}
