import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { parseInput } from './fail';
import { matchVersion, type MatchingPorts } from './match-receipts';
import type { Ledger } from './ports/ledger';
import { readReconciliation, type ReconcilingPorts } from './read-reconciliation';

const namedMax = 50;

/**
 * Compares owed, booked and moved over all approved plans, and keeps the result as evidence.
 *
 * Order: the statements are read once more first, for what came late.
 * Retry: safe; the same result twice in a row leaves one entry.
 * Ensures: explained only where every difference is parked with an owner.
 */
export const reconcilePlan = (
  ports: MatchingPorts & ReconcilingPorts & { ledger: Pick<Ledger, 'noteReconciliation'> },
) =>
  async function reconcilePlan(input) {
    const { incidentId, at } = parseInput(ofIncident, input);
    for (const { version } of await ports.settlements.approvedVersions(incidentId)) {
      await matchVersion(ports, { incidentId, version, at });
    }
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
