import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { parseInput } from './fail';
import type { Imports } from './ports/imports';

/**
 * Finds the history an incident works on and binds it for good; without one, whoever looks at the
 * incident sees that it waits for an import.
 *
 * Retry: safe; an incident keeps the snapshot it has, also when a newer one is imported.
 * @throws INCIDENT_UNKNOWN (refused) when there is no such incident.
 */
export const findSnapshot = ({ imports }: { imports: Imports }) =>
  async function findSnapshot(input) {
    const snapshot = await imports.bindSnapshot(parseInput(ofIncident, input));
    return { snapshotId: snapshot?.snapshotId ?? null };
  } satisfies Activities['findSnapshot'];
