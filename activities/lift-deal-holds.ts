import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import type { AllocationService } from '../contracts/allocation-service';
import { parseInput } from './fail';
import { liftHolds } from './place-holds';
import type { Approvals } from './ports/approvals';
import type { Fixes } from './ports/fixes';
import type { Holds } from './ports/holds';
import type { Settlements } from './ports/settlements';

/**
 * Lifts the hold of each deal that is done: every line of its approved plan is terminal, or it was
 * reported and turned out right.
 *
 * Order: a deal that turned out right is let go once a plan has been approved, since only then has
 * somebody signed what is affected and what is not.
 * @throws APPROVAL_MISSING (refused) when a deal's plan was not approved after all.
 */
export const liftDealHolds = (ports: {
  holds: Holds;
  service: AllocationService;
  settlements: Pick<Settlements, 'dealStates'>;
  fixes: Pick<Fixes, 'cleanScan'>;
  approvals: Approvals;
}) =>
  async function liftDealHolds(input) {
    const { incidentId, at } = parseInput(ofIncident, input);
    // Verifies the votes of each plan version again: an approved deal here is one people signed.
    const states = await ports.settlements.dealStates(incidentId);
    const affected = new Map(states.map((state) => [state.dealId, state]));
    const somethingSigned =
      states.some(({ approved }) => approved) || (await cleared(ports, incidentId));
    const held = (await ports.holds.open(incidentId)).filter(({ kind }) => kind === 'deal');
    const done = held.filter(({ dealId }) => {
      const state = affected.get(dealId);
      return state === undefined ? somethingSigned : state.approved && state.terminal;
    });
    await liftHolds(ports, { incidentId, holds: done, at, why: 'terminal' });
    return { lifted: done.length, standing: held.length - done.length };
  } satisfies Activities['liftDealHolds'];

/** Nobody was harmed, and two people signed the report that says so. */
async function cleared(
  ports: { fixes: Pick<Fixes, 'cleanScan'>; approvals: Approvals },
  incidentId: string,
): Promise<boolean> {
  const subject = await ports.fixes.cleanScan(incidentId);
  if (subject === null) return false;
  await ports.approvals.require({ incidentId, gateId: 'unfreeze', subject });
  return true;
}
