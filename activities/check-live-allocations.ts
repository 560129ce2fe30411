import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import type { AllocationService, AllocationsPage } from '../contracts/allocation-service';
import { parseMinor } from '../domain/money';
import { sharesHold } from './certify-service';
import { parseInput } from './fail';
import { placeHolds } from './place-holds';
import type { Fixes } from './ports/fixes';
import type { Holds } from './ports/holds';

const check = ofIncident.extend({ after: z.int().nonnegative() });
type Live = AllocationsPage['allocations'][number];

/**
 * Certifies real allocations as they are recorded after the unfreeze, whatever `after` says.
 *
 * Retry: safe; at worst evidence says the same twice.
 * Ensures: when one does not hold, the service is frozen again before this returns, and what had
 * been approved has failed: another fix is needed.
 */
export const checkLiveAllocations = (ports: {
  fixes: Fixes;
  holds: Holds;
  service: AllocationService;
}) =>
  async function checkLiveAllocations(input) {
    const { incidentId, after, at } = parseInput(check, input);
    const online = await ports.holds.onlineAfter(incidentId);
    if (online === null) return { next: after, checked: 0, failed: 0 }; // It never went online.
    const page = await ports.service.allocationsSince(Math.max(after, online));
    const broken = page.allocations.filter((live) => !holdsTrue(live)).map(({ deal }) => deal);
    if (broken.length > 0) {
      await placeHolds(ports, { incidentId, subjects: [{ kind: 'service' }], again: true, at });
    }
    const checked = page.allocations.length;
    if (checked > 0) {
      const deals = page.allocations.map(({ deal }) => deal);
      await ports.fixes.checkedLive({ incidentId, at, body: { checked, deals, broken } });
    }
    return { next: page.next, checked, failed: broken.length };
  } satisfies Activities['checkLiveAllocations'];

function holdsTrue(live: Live): boolean {
  const { currency } = live;
  const commitments = live.allocations.map((row) => ({
    investorId: row.investorId,
    requested: parseMinor(row.requested, currency),
    average: row.average,
    allocated: parseMinor(row.allocated, currency),
  }));
  const allocation = parseMinor(live.allocation, currency);
  const deal = { dealId: live.deal, closedOn: live.closedOn, currency, allocation, commitments };
  return sharesHold(deal, live.allocations);
}
