import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { parseInput } from './fail';
import type { Settlements } from './ports/settlements';

/** The plan versions people have signed, so that a run that starts anew goes on with each. */
export const findApprovedPlans = ({
  settlements,
}: {
  settlements: Pick<Settlements, 'approvedVersions'>;
}) =>
  async function findApprovedPlans(input) {
    const { incidentId } = parseInput(ofIncident, input);
    const approved = await settlements.approvedVersions(incidentId);
    return { versions: approved.map(({ version }) => version) };
  } satisfies Activities['findApprovedPlans'];
