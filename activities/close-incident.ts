import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { parseInput } from './fail';
import type { Approvals } from './ports/approvals';
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
 */
export const closeIncident = ({ stages, approvals }: { stages: Stages; approvals: Approvals }) =>
  async function closeIncident(input) {
    const end = parseInput(closing, input);
    const { incidentId, postMortem: subject } = end;
    await approvals.require({ incidentId, gateId: 'close', subject });
    return { evidenceHead: await stages.close(end) };
  } satisfies Activities['closeIncident'];
