import type { Activities } from '../contracts/activities';
import type { PaymentRail } from '../contracts/payment-rail';
import { parseMinor } from '../domain/money';
import { referenceOf } from '../domain/payment-key';
import { entryOf } from '../domain/posting-rules';
import { settlementOf, type Settlement } from '../domain/settlement-order';
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
    const settlement = settlementOf(lines);
    const { payments, calls, transfers } = settlement;
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
      cursors: await cursorsOf(ports.rail, settlement),
    });
    const payers = [...new Set(payments.map(({ payer }) => payer))];
    const counts = { calls: calls.length, transfers: transfers.length };
    return { payers, payments: payments.length, ...counts };
  } satisfies Activities['prepareSettlement'];

/** What came in before anybody was paid or invoiced is other people's business. */
async function cursorsOf(
  rail: PaymentRail,
  { payments, calls }: Pick<Settlement, 'payments' | 'calls'>,
): Promise<{ account: string; currency: string; seq: number }[]> {
  const accounts = new Map<string, { account: string; currency: string }>();
  for (const { payer, currency } of payments) {
    accounts.set(`${currency} ${payer}`, { account: payer, currency });
  }
  for (const { payee, currency } of calls) {
    accounts.set(`${currency} ${payee}`, { account: payee, currency });
  }
  const cursors: { account: string; currency: string; seq: number }[] = [];
  for (const of of accounts.values()) {
    const { lastSeq } = await rail.statement({ ...of, afterSeq: 0, limit: 1 });
    cursors.push({ ...of, seq: lastSeq });
  }
  return cursors;
}
