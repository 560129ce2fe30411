import { activityInfo } from '@temporalio/activity';
import type { PaymentOrder, PaymentRail } from '../contracts/payment-rail';
import { inLanes } from './in-lanes';
import type { PayCall } from './pay-chunk';
import type {
  ChangedPayments,
  OpenPayment,
  PaymentLedger,
  PaymentOutcome,
} from './ports/payment-ledger';

const lanes = 8;
const hourMs = 3_600_000;

/** The order a payment is sent as, the same every time. */
export function orderOf(row: OpenPayment): PaymentOrder {
  const { orderKey: key, payer, payee, amount, currency, reference } = row;
  return { key, from: payer, to: payee, amountMinor: amount.toString(), currency, reference };
}

/** What became of payments that may have been sent; `absent` may be sent, under the same key. */
export type LookedUp = { changed: ChangedPayments; absent: OpenPayment[] };

/**
 * Asks the rail about every payment that may have been sent, before anything else is done with it.
 *
 * Ensures: what the rail has never seen is sent again only while the rail still remembers keys;
 * after that a person is asked.
 * @throws RECEIPT_MISMATCH (bug) when the rail has another payment under the key.
 */
export async function lookUpPayments(
  { payments, rail }: { payments: PaymentLedger; rail: PaymentRail },
  { call, rows }: { call: PayCall; rows: readonly OpenPayment[] },
): Promise<LookedUp> {
  if (rows.length === 0) return { changed: { settled: [], refused: [], unknown: [] }, absent: [] };
  const outcomes: PaymentOutcome[] = [];
  const absent: OpenPayment[] = [];
  const lookUp = async (row: OpenPayment) => {
    const { key, orderKey } = row;
    const found = await rail.lookup(orderKey, { asked: orderOf(row) });
    if (found.kind === 'booked') {
      const { paymentId: railId, bookedAt } = found;
      outcomes.push({ key, orderKey, kind: 'settled', railId, bookedAt });
    } else if (found.kind === 'pending') {
      outcomes.push({ key, orderKey, kind: 'accepted', railId: found.paymentId });
    } else if (found.kind === 'refused') {
      outcomes.push({ key, orderKey, kind: 'refused', cause: found.reason });
    } else if (isRemembered(row, { rail, at: call.at })) absent.push(row);
    else outcomes.push({ key, orderKey, kind: 'unknown', cause: forgotten(rail) });
  };
  const { failure } = await inLanes(rows, { lanes, signal: call.signal, work: lookUp });
  const { incidentId, at, payer } = call;
  const changed = await payments.record({ incidentId, at, payer, outcomes });
  if (failure !== undefined) throw failure;
  return { changed, absent };
}

function isRemembered(
  { firstSentAt }: OpenPayment,
  { rail, at }: { rail: PaymentRail; at: string },
): boolean {
  if (firstSentAt === null) return true;
  // The input's time is that of the first attempt; a retry days later must know its own.
  const now = Math.max(Date.parse(at), attemptStartedAt());
  const age = now - Date.parse(firstSentAt);
  return age < rail.capabilities().idempotencyWindowHours * hourMs;
}

/** The server's clock at this attempt. Units: milliseconds since 1970. */
const attemptStartedAt = () => activityInfo().currentAttemptScheduledTimestampMs;

function forgotten(rail: PaymentRail): string {
  const { idempotencyWindowHours: hours } = rail.capabilities();
  return `first sent more than ${hours} h ago and the rail does not know it; it is not sent again`;
}
