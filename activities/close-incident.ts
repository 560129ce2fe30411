import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { fail, parseInput } from './fail';
import type { Approvals } from './ports/approvals';
import type { Holds } from './ports/holds';
import type { Stages } from './ports/stages';

const closing = ofIncident.extend({
  outcome: z.enum(['made-whole', 'no-impact']),
  planVersions: z.int().nonnegative(),
  postMortem: z.string(),
});

/**
 * Closes the incident, on the post-mortem that legal and management signed.
 *
 * @throws APPROVAL_MISSING (refused) when they did not sign exactly that.
 * @throws STILL_FROZEN (refused) while the service is held: nobody could lift it afterwards.
 */
export const closeIncident = (ports: { stages: Stages; approvals: Approvals; holds: Holds }) =>
  async function closeIncident(input) {
    const end = parseInput(closing, input);
    const { incidentId, postMortem: subject } = end;
    await ports.approvals.require({ incidentId, gateId: 'close', subject });
    const held = (await ports.holds.open(incidentId)).some(({ kind }) => kind === 'service');
    if (held) throw fail('STILL_FROZEN', `${incidentId} still holds the allocation service`);
    return { evidenceHead: await ports.stages.close(end) };
  } satisfies Activities['closeIncident'];
