import type { Activities } from '../contracts/activities';
import { settlementOf } from '../domain/settlement-order';
import { paymentKey, transferKey } from '../proof/payment-key';
import { ofPlan } from './approved-plan';
import { parseInput } from './fail';
import type { Plans } from './ports/plans';
import type { Settlements } from './ports/settlements';

/**
 * What stands open of a plan version, counted from its lines: a line nobody has booked is open.
 *
 * Ensures: terminal only when everything is settled, paid and confirmed; a refused or unclear
 * payment waits for a person, and keeps its own deal open and nothing else.
 */
export const settlementState = (ports: {
  plans: Pick<Plans, 'verifyPlan'>;
  settlements: Pick<Settlements, 'state'>;
}) =>
  async function settlementState(input) {
    const { incidentId, version } = parseInput(ofPlan, input);
    const { lines } = await ports.plans.verifyPlan({ incidentId, version });
    const { payments, calls, transfers } = settlementOf(lines);
    const open = await ports.settlements.state({
      incidentId,
      version,
      payments: payments.map((line) => paymentKey(incidentId, line)),
      calls: calls.map((line) => paymentKey(incidentId, line)),
      transfers: transfers.map((move) => transferKey(incidentId, move)),
    });
    return { open, terminal: Object.values(open).every((count) => count === 0) };
  } satisfies Activities['settlementState'];
