import { Context } from '@temporalio/activity';
import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import type { AllocationService } from '../contracts/allocation-service';
import type { PaymentRail } from '../contracts/payment-rail';
import { readableMoney } from '../domain/grouped';
import type { PlanLine } from '../domain/plan-line';
import { whyPaymentWaits } from '../domain/settlement-order';
import { approvedPayments } from './approved-payments';
import { approvedLines, ofPlan } from './approved-plan';
import { parseInput } from './fail';
import { keepBeating } from './keep-beating';
import { lookUpPayments } from './look-up-payments';
import type { Approvals } from './ports/approvals';
import type {
  ChangedPayments,
  OpenPayment,
  PaymentLedger,
  StoppedPayment,
} from './ports/payment-ledger';
import type { Settlements } from './ports/settlements';
import { actOnWords, earlierOrdersEnded, reopen } from './reissue-payments';
import { sendPayments } from './send-payments';
import { unitsHaveMoved } from './units-have-moved';

const chunkInput = ofPlan.extend({ payer: z.string().min(1), limit: z.int().positive() });

type Ports = {
  settlements: Pick<Settlements, 'verifiedLines'>;
  approvals: Approvals;
  payments: PaymentLedger;
  rail: PaymentRail;
  service: Pick<AllocationService, 'transferByKey'>;
};

/**
 * Pays what is due from one account, each payment once, however often this is tried.
 *
 * Order: what persons said of stopped ones → approval again → the register has moved their units →
 * what may have been sent is looked up → funding → intent on our books → rail → outcome, postings
 * and evidence together.
 * Retry: safe; our rows and the rail's keys are the truth, not this call.
 * Ensures: settled is what stands booked on the payer's statement; counts only what changed now;
 * a refused or unclear payment keeps no other waiting.
 * @throws APPROVAL_MISSING (refused) when nobody approved exactly these lines.
 * @throws RECEIPT_MISMATCH (bug) when the rail has booked another payment than was asked for, or
 * bank or register do not know of what our books say has moved.
 */
export const payChunk = (ports: Ports) =>
  async function payChunk(input) {
    const asked = parseInput(chunkInput, input);
    const call = { ...asked, signal: Context.current().cancellationSignal };
    return keepBeating(() => payDue(ports, call));
  } satisfies Activities['payChunk'];

/** One call of this activity, as its parts see it. */
export type PayCall = z.infer<typeof chunkInput> & { signal: AbortSignal };

async function payDue(ports: Ports, call: PayCall) {
  const stopped = await readStopped(ports, call);
  await actOnWords(ports, { call, stopped });
  const { approved, lines, total, digest } = await readApproved(ports, call);
  const due = approved.filter((row) => whyPaymentWaits(row, row.transfer) === undefined);
  await unitsHaveMoved(ports, { incidentId: call.incidentId, rows: due, lines });
  const unfunded = stopped.filter(({ word, state }) => word === null && state === 'refused');
  const changed = await payRows(ports, { call, rows: due, unfunded, digest });
  const wasUnclear = new Set(due.filter(({ state }) => state === 'unknown').map(({ key }) => key));
  const unknown = changed.unknown.filter((key) => !wasUnclear.has(key)).length;
  const [settled, refused] = [changed.settled.length, changed.refused.length];
  const waiting = total + unfunded.length - settled - refused - unknown;
  return { settled, refused, unknown, waiting };
}

/** Stopped payments that approved lines ask for. */
async function readStopped(ports: Ports, call: PayCall): Promise<StoppedPayment[]> {
  const rows = await ports.payments.stopped(call);
  if (rows.length === 0) return [];
  const deals = [...new Set(rows.map(({ deal }) => deal))];
  const { lines } = await approvedLines(ports, { ...call, deals });
  return approvedPayments(rows, { incidentId: call.incidentId, lines });
}

/** The next open payments that approved lines ask for; a page of forged rows hides none of them. */
async function readApproved(
  ports: Ports,
  call: PayCall,
): Promise<{ approved: OpenPayment[]; lines: PlanLine[]; total: number; digest: string }> {
  for (let { limit } = call; ;) {
    const { rows, total } = await ports.payments.open({ ...call, limit });
    const deals = [...new Set(rows.map(({ deal }) => deal))];
    const { lines, digest } = await approvedLines(ports, { ...call, deals });
    const approved = approvedPayments(rows, { incidentId: call.incidentId, lines });
    if (approved.length > 0 || rows.length >= total) {
      return { approved: approved.slice(0, call.limit), lines, total, digest };
    }
    limit = total;
  }
}

type Payable = {
  call: PayCall;
  rows: OpenPayment[];
  unfunded: OpenPayment[];
  digest: string;
};

async function payRows(ports: Ports, given: Payable): Promise<ChangedPayments> {
  const { call, rows, unfunded, digest: subject } = given;
  const [begun, fresh] = [rows.filter(isBegun), rows.filter((row) => !isBegun(row))];
  const { changed: found, absent } = await lookUpPayments(ports, { call, rows: begun });
  const funded = await fundedOf(ports, { call, rows: [...fresh, ...absent, ...unfunded] });
  const reopened = await reopen(ports, { call, rows: funded.filter(isRefused) });
  const ready = [...funded.filter((row) => !isRefused(row)), ...reopened];
  await earlierOrdersEnded(ports.rail, ready);
  const { incidentId } = call;
  const approved = () => ports.approvals.require({ incidentId, gateId: 'plan', subject });
  const sent = await sendPayments(ports, { call, rows: ready, approved });
  return {
    settled: [...found.settled, ...sent.settled],
    refused: [...found.refused, ...sent.refused],
    unknown: [...found.unknown, ...sent.unknown],
  };
}

/** Whatever its row says: what our ledger has sent before is looked up first. */
const isBegun = ({ state, firstSentAt }: OpenPayment): boolean =>
  state !== 'reserved' || firstSentAt !== null;
const isRefused = ({ state }: OpenPayment): boolean => state === 'refused';

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
    const moneyOf = (minor: bigint) => readableMoney(minor, currency);
    if (balance >= needed) funded.push(...same);
    else short.push(`${moneyOf(needed)}, has ${moneyOf(balance)}`);
  }
  const question = `Account ${payer} needs ${short.join('; ')}. When will it be funded?`;
  if (rows.length > 0) {
    const asks = short.length === 0 ? null : question;
    await payments.noteFunding({ incidentId, at, payer, question: asks });
  }
  return funded;
}
