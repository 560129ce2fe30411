import type { Activities } from '../contracts/activities';
import type { PaymentRail } from '../contracts/payment-rail';
import { parseMinor } from '../domain/money';
import { referenceOf } from '../domain/payment-key';
import type { PlanLine } from '../domain/plan-line';
import { entryOf } from '../domain/posting-rules';
import { settlementOf } from '../domain/settlement-order';
import { paymentKey, transferKey } from '../proof/payment-key';
import { approvedPlan, ofPlan } from './approved-plan';
import { parseInput } from './fail';
import type { Approvals } from './ports/approvals';
import type { Plans } from './ports/plans';
import type { Settlements } from './ports/settlements';

/**
 * Books everything an approved plan asks for, before any of it moves: payments with their keys,
 * transfers of units, what is owed, and from where on the payees' statements count.
 *
 * Retry: safe; what is booked stays, also what an earlier version booked under the same key.
 * @throws APPROVAL_MISSING (refused) when nobody approved exactly these lines.
 */
export const prepareSettlement = (ports: {
  plans: Plans;
  approvals: Approvals;
  settlements: Settlements;
  rail: PaymentRail;
}) =>
  async function prepareSettlement(input) {
    const { incidentId, version, at } = parseInput(ofPlan, input);
    const { digest, lines } = await approvedPlan(ports, { incidentId, version });
    const { payments, calls, transfers } = settlementOf(lines);
    const intents = payments.map((line) => {
      const key = paymentKey(incidentId, line);
      const [amount, { currency }] = [parseMinor(line.amount, line.currency), line];
      const entry = entryOf('payment-owed', { row: line, key, amount, currency });
      return { key, reference: referenceOf(incidentId, key), line, entry };
    });
    await ports.settlements.prepare({
      incidentId,
      version,
      digest,
      at,
      payments: intents,
      transfers: transfers.map((move) => ({ ...move, key: transferKey(incidentId, move) })),
      cursors: await cursorsOf(ports.rail, calls),
    });
    const payers = [...new Set(payments.map(({ payer }) => payer))];
    const counts = { calls: calls.length, transfers: transfers.length };
    return { payers, payments: payments.length, ...counts };
  } satisfies Activities['prepareSettlement'];

/** What came in before anybody was invoiced is other people's business. */
async function cursorsOf(
  rail: PaymentRail,
  calls: readonly PlanLine[],
): Promise<{ account: string; seq: number }[]> {
  const accounts = new Map(calls.map(({ payee, currency }) => [payee, currency]));
  const cursors: { account: string; seq: number }[] = [];
  for (const [account, currency] of accounts) {
    const { lastSeq } = await rail.statement({ account, currency, afterSeq: 0, limit: 1 });
    cursors.push({ account, seq: lastSeq });
  }
  return cursors;
}
