import type { Activities } from '../contracts/activities';
import { settlementOf } from '../domain/settlement-order';
import { paymentKey, transferKey } from '../proof/payment-key';
import { ofPlan } from './approved-plan';
import { fail, parseInput } from './fail';
import type { Plans } from './ports/plans';
import type { Settlements } from './ports/settlements';

/**
 * What stands open of a plan version, counted by its lines: a line nobody has booked is open.
 *
 * Ensures: terminal only when everything is settled, paid and confirmed by lines verified up to the
 * digest; a refused or unclear payment waits for a person, and keeps its own deal open only.
 * @throws PLAN_MISMATCH (bug) when the lines are not what the digest is of.
 */
export const settlementState = (ports: {
  plans: Pick<Plans, 'verifyPlan'>;
  settlements: Pick<Settlements, 'state' | 'openAmong'>;
}) =>
  async function settlementState(input) {
    const { incidentId, version } = parseInput(ofPlan, input);
    const open = await ports.settlements.state({ incidentId, version });
    if (Object.values(open).some((count) => count > 0)) return { open, terminal: false };
    // The end is said once, so that all lines are worth hashing for it.
    const { lines } = await ports.plans.verifyPlan({ incidentId, version });
    const { payments, calls, transfers } = settlementOf(lines);
    const left = await ports.settlements.openAmong([
      ...[...payments, ...calls].map((line) => paymentKey(incidentId, line)),
      ...transfers.map((move) => transferKey(incidentId, move)),
    ]);
    if (left.length === 0) return { open, terminal: true };
    const found = `${String(left.length)} lines look done in their rows and are under other keys`;
    throw fail('PLAN_MISMATCH', `${found}; nothing ends here until somebody has looked`);
  } satisfies Activities['settlementState'];
