import { Context } from '@temporalio/activity';
import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import type { PaymentRail } from '../contracts/payment-rail';
import { formatMinor } from '../domain/money';
import { whyPaymentWaits } from '../domain/settlement-order';
import { approvedPayments } from './approved-payments';
import { approvedPlan, ofPlan } from './approved-plan';
import { parseInput } from './fail';
import { keepBeating } from './keep-beating';
import { lookUpPayments } from './look-up-payments';
import type { Approvals } from './ports/approvals';
import type { ChangedPayments, OpenPayment, PaymentLedger } from './ports/payment-ledger';
import type { Plans } from './ports/plans';
import { sendPayments } from './send-payments';

const chunkInput = ofPlan.extend({ payer: z.string().min(1), limit: z.int().positive() });

type Ports = { plans: Plans; approvals: Approvals; payments: PaymentLedger; rail: PaymentRail };

/**
 * Pays what is due from one account, each payment once, however often this is tried.
 *
 * Order: approval again → what may have been sent is looked up → funding → intent on our books →
 * rail → outcome, postings and evidence together.
 * Retry: safe; our rows and the rail's keys are the truth, not this call.
 * Ensures: settled is what stands booked on the payer's statement; counts only what changed now;
 * a refused or unclear payment keeps no other waiting.
 * @throws APPROVAL_MISSING (refused) when nobody approved exactly these lines.
 * @throws RECEIPT_MISMATCH (bug) when the rail has booked another payment than was asked for.
 */
export const payChunk = (ports: Ports) =>
  async function payChunk(input) {
    const asked = parseInput(chunkInput, input);
    const { lines } = await approvedPlan(ports, asked);
    const open = approvedPayments(await ports.payments.open(asked), { ...asked, lines });
    const due = open.filter((row) => whyPaymentWaits(row, row.transfer) === undefined);
    const rows = due.toSorted((a, b) => urgency(a) - urgency(b)).slice(0, asked.limit);
    const call = { ...asked, signal: Context.current().cancellationSignal };
    const changed = await keepBeating(() => payRows(ports, { call, rows }));
    const unclearBefore = new Set(open.filter(isUnknown).map(({ key }) => key));
    const unknown = changed.unknown.filter((key) => !unclearBefore.has(key)).length;
    const [settled, refused] = [changed.settled.length, changed.refused.length];
    const waiting = open.length - settled - refused - unknown;
    return { settled, refused, unknown, waiting };
  } satisfies Activities['payChunk'];

/** One call of this activity, as its parts see it. */
export type PayCall = { incidentId: string; at: string; payer: string; signal: AbortSignal };

/** Fresh rows first, so that those nobody can clear up do not fill every chunk. */
function urgency({ state }: OpenPayment): number {
  return ['reserved', 'sending', 'unknown'].indexOf(state);
}
const isUnknown = ({ state }: OpenPayment): boolean => state === 'unknown';

async function payRows(
  ports: Ports,
  { call, rows }: { call: PayCall; rows: OpenPayment[] },
): Promise<ChangedPayments> {
  const begun = rows.filter(({ state }) => state !== 'reserved');
  const { changed: found, absent } = await lookUpPayments(ports, { call, rows: begun });
  const fresh = rows.filter(({ state }) => state === 'reserved');
  const funded = await fundedOf(ports, { call, rows: [...fresh, ...absent] });
  const sent = await sendPayments(ports, { call, rows: funded });
  return {
    settled: [...found.settled, ...sent.settled],
    refused: [...found.refused, ...sent.refused],
    unknown: [...found.unknown, ...sent.unknown],
  };
}

/** All rows of a currency that the account can pay for now, or none of them. */
async function fundedOf(
  { payments, rail }: Ports,
  { call, rows }: { call: PayCall; rows: OpenPayment[] },
): Promise<OpenPayment[]> {
  const { incidentId, at, payer } = call;
  const short: string[] = [];
  const funded: OpenPayment[] = [];
  for (const currency of new Set(rows.map((row) => row.currency))) {
    const same = rows.filter((row) => row.currency === currency);
    const needed = same.reduce((sum, { amount }) => sum + amount, 0n);
    const page = await rail.statement({ account: payer, currency, afterSeq: 0, limit: 1 });
    const balance = BigInt(page.balanceMinor);
    if (balance >= needed) funded.push(...same);
    else
      short.push(
        `${formatMinor(needed, currency)} ${currency}, has ${formatMinor(balance, currency)}`,
      );
  }
  const question = `Account ${payer} needs ${short.join('; ')}. When will it be funded?`;
  if (rows.length > 0) {
    const asks = short.length === 0 ? null : question;
    await payments.noteFunding({ incidentId, at, payer, question: asks });
  }
  return funded;
}
