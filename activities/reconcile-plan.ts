import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { parseInput } from './fail';
import type { Ledger } from './ports/ledger';
import { readReconciliation, type ReconcilingPorts } from './read-reconciliation';

const namedMax = 50;

/**
 * Compares owed, booked and moved over all approved plans, and keeps the result as evidence.
 *
 * Retry: safe; the same result twice in a row leaves one entry.
 * Ensures: explained only where every difference is parked with an owner.
 */
export const reconcilePlan = (
  ports: ReconcilingPorts & { ledger: Pick<Ledger, 'noteReconciliation'> },
) =>
  async function reconcilePlan(input) {
    const { incidentId, at } = parseInput(ofIncident, input);
    const found = await readReconciliation(ports, incidentId);
    const { explained, differences, parked } = found;
    const result = {
      out: found.out,
      in: found.in,
      explained,
      parked: parked.length,
      differences: differences.slice(0, namedMax),
    };
    await ports.ledger.noteReconciliation({ incidentId, at, result });
    return { explained };
  } satisfies Activities['reconcilePlan'];
