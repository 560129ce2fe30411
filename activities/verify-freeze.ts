import type { AllocationService } from '../contracts/allocation-service';
import { ofIncident } from '../contracts/activity-input';
import type { Activities } from '../contracts/activities';
import { parseInput } from './fail';
import { placeHolds } from './place-holds';
import type { Hold, Holds } from './ports/holds';

/**
 * Asks the service whether every hold of the incident stands, and sets anew whatever lapsed.
 *
 * Order: the service is asked before our books, which let go of a hold before it is lifted: a lift
 * in between is never taken for a lapse.
 * Ensures: a lapse is recorded before it is mended.
 */
export const verifyFreeze = ({ holds, service }: { holds: Holds; service: AllocationService }) =>
  async function verifyFreeze(input): Promise<{ lapsed: number; standing: number }> {
    const { incidentId, at } = parseInput(ofIncident, input);
    const state = await service.state();
    const standing = new Set(
      state.holds
        .filter(({ incident }) => incident === incidentId)
        .map(({ kind, deal }) => `${kind}:${deal ?? ''}`),
    );
    const open = await holds.open(incidentId);
    const suspects = open.filter((hold) => {
      return hold.state === 'held' && !standing.has(`${hold.kind}:${hold.dealId}`);
    });
    const lapsed: Hold[] = [];
    for (const hold of suspects) {
      // One placed after we asked is not in that answer: ask for exactly this one.
      if (hold.token === null || !(await service.holdStanding(hold.token))) lapsed.push(hold);
    }
    await holds.lapsed({ incidentId, holds: lapsed, at });
    await placeHolds({ holds, service }, { incidentId, subjects: [], at });
    await holds.verified({ incidentId, at });
    return { lapsed: lapsed.length, standing: open.length };
  } satisfies Activities['verifyFreeze'];
