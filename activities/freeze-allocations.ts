import type { AllocationService } from '../contracts/allocation-service';
import { ofIncident } from '../contracts/activity-input';
import type { Activities } from '../contracts/activities';
import { fail, parseInput } from './fail';
import { placeHolds } from './place-holds';
import type { Holds } from './ports/holds';
import type { Incidents } from './ports/incidents';

/**
 * Freezes the allocation service, and holds the reported deals, before anybody discusses it.
 *
 * Retry: safe; a hold that stands is not asked for twice.
 */
export const freezeAllocations = (ports: {
  holds: Holds;
  service: AllocationService;
  incidents: Pick<Incidents, 'find'>;
}) =>
  async function freezeAllocations(input): Promise<{ since: string; dealsHeld: number }> {
    const { incidentId, at } = parseInput(ofIncident, input);
    const incident = await ports.incidents.find(incidentId);
    if (incident === undefined)
      throw fail('INCIDENT_UNKNOWN', `no incident ${incidentId} is on file`);
    const deals = incident.reportedDeals.map((dealId) => ({ kind: 'deal' as const, dealId }));
    await placeHolds(ports, { incidentId, subjects: [{ kind: 'service' }, ...deals], at });
    return { since: at, dealsHeld: deals.length };
  } satisfies Activities['freezeAllocations'];
