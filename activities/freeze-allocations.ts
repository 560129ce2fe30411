import type { AllocationService } from '../contracts/allocation-service';
import { ofIncident } from '../contracts/activity-input';
import type { Activities } from '../contracts/activities';
import { fail, parseInput } from './fail';
import { placeHolds } from './place-holds';
import type { Holds, HoldSubject } from './ports/holds';
import type { Incidents, IncidentView } from './ports/incidents';

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
    await placeHolds(ports, { incidentId, subjects: heldFirst(incident), at });
    return { since: at, dealsHeld: incident.reportedDeals.length };
  } satisfies Activities['freezeAllocations'];

/** What an incident holds from its opening on: the service, and every reported deal. */
export function heldFirst({ reportedDeals }: Pick<IncidentView, 'reportedDeals'>): HoldSubject[] {
  return [
    { kind: 'service' },
    ...reportedDeals.map((dealId) => ({ kind: 'deal' as const, dealId })),
  ];
}
