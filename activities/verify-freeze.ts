import type { AllocationService } from '../contracts/allocation-service';
import { ofIncident } from '../contracts/activity-input';
import type { Activities } from '../contracts/activities';
import { parseInput } from './fail';
import { heldFirst } from './freeze-allocations';
import { nameOf, placeHolds, standingOf } from './place-holds';
import type { Hold, Holds } from './ports/holds';
import type { Incidents } from './ports/incidents';

type Ports = { holds: Holds; service: AllocationService; incidents: Pick<Incidents, 'find'> };

/**
 * Asks the service whether every hold of the incident stands, and sets anew whatever lapsed.
 *
 * Order: the service is asked before our books, which let go of a hold before it is lifted: a lift
 * in between is never taken for a lapse.
 * Ensures: a lapse is recorded before it is mended; what stands, the service says, not our books;
 * an open incident has asked for its freeze, whatever the step that should have was said to answer.
 */
export const verifyFreeze = ({ holds, service, incidents }: Ports) =>
  async function verifyFreeze(input) {
    const { incidentId, at } = parseInput(ofIncident, input);
    const incident = await incidents.find(incidentId);
    if (incident?.closedAt === null) {
      await holds.ask({ incidentId, subjects: heldFirst(incident), at });
    }
    const before = await standingOf(service, incidentId);
    const open = await holds.open(incidentId);
    const gone = (standing: Set<string>) => (hold: Hold) => {
      return hold.state === 'held' && !standing.has(nameOf(hold));
    };
    const suspects = open.filter(gone(before));
    // One placed after we asked is not in that answer: ask once more.
    const now = suspects.length === 0 ? before : await standingOf(service, incidentId);
    const lapsed = suspects.filter(gone(now));
    await holds.lapsed({ incidentId, holds: lapsed, at });
    await placeHolds({ holds, service }, { incidentId, subjects: [], at });
    await holds.verified({ incidentId, at });
    const frozen = open.some(({ kind }) => kind === 'service');
    return { lapsed: lapsed.length, standing: open.length, frozen };
  } satisfies Activities['verifyFreeze'];
