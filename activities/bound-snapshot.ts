import { fail } from './fail';
import type { Imports, Snapshot } from './ports/imports';

/**
 * The history an incident works on.
 *
 * @throws NOT_FOUND (refused) when none is bound to it.
 */
export async function boundSnapshot(imports: Imports, incidentId: string): Promise<Snapshot> {
  const snapshot = await imports.snapshotOf(incidentId);
  if (snapshot !== null) return snapshot;
  throw fail('NOT_FOUND', `${incidentId} has no history yet: run ./makewhole import DIR`);
}
