import type { PaymentRail, StatementEntry } from '../contracts/payment-rail';
import { failAbout } from './fail';
import { asError, inLanes } from './in-lanes';
import { orderOf } from './look-up-payments';
import type { PayCall } from './pay-chunk';
import type {
  ChangedPayments,
  OpenPayment,
  PaymentLedger,
  PaymentOutcome,
} from './ports/payment-ledger';
import { statementEntries } from './statement-entries';

const lanes = 8;
const rowsPerBatch = 50;

type Ports = { payments: PaymentLedger; rail: PaymentRail };
type Batch = { call: PayCall; rows: readonly OpenPayment[]; approved: () => Promise<void> };

/**
 * Sends payments in batches: approval once more, intent committed, sent, read back from the
 * statement, outcome committed.
 *
 * Retry: a crash leaves rows in `sending`, which are looked up before anything else.
 * Ensures: what was cancelled in between is finished for the payments begun, and begun for no more.
 */
export async function sendPayments(
  ports: Ports,
  { call, rows, approved }: Batch,
): Promise<ChangedPayments> {
  const sent: ChangedPayments = { settled: [], refused: [], unknown: [] };
  for (let first = 0; first < rows.length; first += rowsPerBatch) {
    if (call.signal.aborted) break;
    await approved();
    const batch = { call, rows: rows.slice(first, first + rowsPerBatch) };
    const { settled, refused, unknown } = await sendBatch(ports, batch);
    sent.settled.push(...settled);
    sent.refused.push(...refused);
    sent.unknown.push(...unknown);
  }
  return sent;
}

async function sendBatch(
  { payments, rail }: Ports,
  { call, rows }: Omit<Batch, 'approved'>,
): Promise<ChangedPayments> {
  const { incidentId, at, payer } = call;
  const marks = await statementMarks(rail, rows);
  const taken = await payments.markSending({ incidentId, at, rows: [...rows] });
  const ours = new Set(taken);
  const said = new Map<string, PaymentOutcome>();
  const pay = async (row: OpenPayment) => {
    said.set(row.key, await payOne(rail, row));
  };
  const begun = rows.filter(({ key }) => ours.has(key));
  const paid = await inLanes(begun, { lanes, signal: call.signal, work: pay });
  const booked = await readBooked(rail, { rows: begun, marks }).catch(nothingRead);
  for (const outcome of booked.outcomes) said.set(outcome.key, outcome);
  const outcomes = [...said.values()];
  const changed = await payments.record({ incidentId, at, payer, outcomes });
  const failure = paid.failure ?? booked.failure;
  if (failure !== undefined) throw failure;
  return changed;
}

/** Whatever is thrown leaves the row begun: it is looked up before it is sent again. */
async function payOne(rail: PaymentRail, row: OpenPayment): Promise<PaymentOutcome> {
  const { key, orderKey } = row;
  const answer = await rail.pay(orderOf(row));
  switch (answer.kind) {
    case 'accepted':
      return { key, orderKey, kind: 'accepted', railId: answer.paymentId };
    case 'refused':
      return { key, orderKey, kind: 'refused', cause: answer.reason };
    case 'unknown':
      return { key, orderKey, kind: 'unknown', cause: answer.cause };
  }
}

type Booked = { outcomes: PaymentOutcome[]; failure?: Error };

/** The outcomes the rail gave itself are recorded all the same. */
const nothingRead = (thrown: unknown): Booked => ({ outcomes: [], failure: asError(thrown) });

type Marks = ReadonlyMap<string, number>;

/** Where the payer's statement stands in each currency before anything of the batch is sent. */
async function statementMarks(rail: PaymentRail, rows: readonly OpenPayment[]): Promise<Marks> {
  const marks = new Map<string, number>();
  for (const { payer, currency } of rows) {
    if (marks.has(currency)) continue;
    const { lastSeq } = await rail.statement({ account: payer, currency, afterSeq: 0, limit: 1 });
    marks.set(currency, lastSeq);
  }
  return marks;
}

/** What of the batch stands booked on the payer's statement, each compared with what was asked. */
async function readBooked(
  rail: PaymentRail,
  { rows, marks }: { rows: readonly OpenPayment[]; marks: Marks },
): Promise<Booked> {
  const rowOf = new Map(rows.map((row) => [row.orderKey, row]));
  const [account] = rows.map(({ payer }) => payer);
  const outcomes: PaymentOutcome[] = [];
  let failure: Error | undefined;
  for (const [currency, mark] of account === undefined ? [] : marks) {
    const of = { account: account ?? '', currency, afterSeq: mark };
    for await (const entry of statementEntries(rail, of)) {
      const row = entry.key === undefined ? undefined : rowOf.get(entry.key);
      if (row === undefined || entry.direction !== 'out') continue;
      if (!isSame(row, { entry, currency })) failure ??= mismatch(row, entry);
      else {
        const { paymentId: railId, bookedAt } = entry;
        outcomes.push({ key: row.key, orderKey: row.orderKey, kind: 'settled', railId, bookedAt });
      }
    }
  }
  return failure === undefined ? { outcomes } : { outcomes, failure };
}

function isSame(
  row: OpenPayment,
  { entry, currency }: { entry: StatementEntry; currency: string },
): boolean {
  const { amountMinor, counterparty, reference } = entry;
  const { amount, payee } = row;
  const sameMoney = amountMinor === amount.toString() && currency === row.currency;
  return sameMoney && counterparty === payee && reference === row.reference;
}

function mismatch(row: OpenPayment, entry: StatementEntry) {
  const message =
    `${row.key} was booked as another payment than asked: expected ${String(row.amount)} minor ` +
    `units of ${row.currency} to ${row.payee}, found ${entry.amountMinor} to ` +
    `${entry.counterparty}. Halt the incident and call the bank.`;
  const details = { key: row.key, railId: entry.paymentId };
  return failAbout({ code: 'RECEIPT_MISMATCH', message, details });
}
