import type { Activities } from '../contracts/activities';
import type { PaymentRail } from '../contracts/payment-rail';
import { parseMinor } from '../domain/money';
import { referenceOf } from '../domain/payment-key';
import { entryOf } from '../domain/posting-rules';
import { settlementOf, type Settlement } from '../domain/settlement-order';
import { paymentKey, transferKey } from '../proof/payment-key';
import type { PlanManifest } from '../proof/plan-digest';
import { approvedPlan, ofPlan } from './approved-plan';
import { draftOf } from './draft-plan';
import { parseInput } from './fail';
import type { Approvals } from './ports/approvals';
import type { Plans } from './ports/plans';
import type { Settlements } from './ports/settlements';

/**
 * Books everything an approved plan asks for, before any of it moves: payments with their keys,
 * transfers of units, what is owed, and from where on the payees' statements count.
 *
 * Retry: safe; what is booked stays, also what an earlier version booked under the same key.
 * Ensures: nothing of a plan is begun that is past its day or that today's facts would not give;
 * its gate is void from then on, and another version is drafted.
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
    const { digest, lines, manifest } = await approvedPlan(ports, { incidentId, version });
    const why = await whyOutdated(ports, { incidentId, version, manifest, digest, at });
    const about = { incidentId, version, digest, at };
    if (why !== undefined && (await ports.settlements.outdate({ ...about, why }))) {
      return { payers: [], payments: 0, calls: 0, transfers: 0, outdated: true };
    }
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
    return { payers, payments: payments.length, ...counts, outdated: false };
  } satisfies Activities['prepareSettlement'];

/** Only where somebody has said something since is the plan drafted again, to compare. */
async function whyOutdated(
  { plans }: { plans: Plans },
  plan: { incidentId: string; version: number; manifest: PlanManifest; digest: string; at: string },
): Promise<string | undefined> {
  const { incidentId, version, manifest, digest, at } = plan;
  const { payOn, goodThrough } = manifest;
  if (at.slice(0, 10) > goodThrough) return `it was good through ${goodThrough}`;
  if (!(await plans.changedSince({ incidentId, version }))) return undefined;
  const sources = await plans.sources(incidentId, { besides: version });
  if (sources === null) return undefined;
  const now = draftOf({ incidentId, sources, version, payOn }).sealed.digest;
  return now === digest ? undefined : `the facts of now give ${now}`;
}

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
