import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import type { AllocationService } from '../contracts/allocation-service';
import { parseInput } from './fail';
import { placeHolds } from './place-holds';
import type { Holds } from './ports/holds';
import type { Impacts } from './ports/impacts';

/** Holds every deal found wrong on the incident's basis, reported or not. Retry: safe. */
export const holdDeals = (ports: {
  holds: Holds;
  service: AllocationService;
  impacts: Pick<Impacts, 'affectedDeals'>;
}) =>
  async function holdDeals(input) {
    const { incidentId, at } = parseInput(ofIncident, input);
    const deals = await ports.impacts.affectedDeals(incidentId);
    const held = new Set((await ports.holds.open(incidentId)).map(({ dealId }) => dealId));
    const missing = deals.filter((dealId) => !held.has(dealId));
    const subjects = missing.map((dealId) => ({ kind: 'deal' as const, dealId }));
    await placeHolds(ports, { incidentId, subjects, at });
    return { held: missing.length };
  } satisfies Activities['holdDeals'];
