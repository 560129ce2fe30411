import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { parseInput } from './fail';
import { matchVersion, type MatchingPorts } from './match-receipts';
import type { Approvals } from './ports/approvals';
import type { Documents } from './ports/documents';
import type { Ledger } from './ports/ledger';
import { judgeReconciliation, type ReconcilingPorts } from './read-reconciliation';

const namedMax = 50;

type Ports = MatchingPorts &
  ReconcilingPorts & {
    ledger: Pick<Ledger, 'noteReconciliation'>;
    documents: Pick<Documents, 'keep'>;
    approvals: Pick<Approvals, 'standing'>;
  };

/**
 * Compares owed, booked and moved over all approved plans, and keeps the result as evidence.
 *
 * Order: the statements are read once more first, for what came late.
 * Retry: safe; the same result twice in a row leaves one entry.
 * Ensures: explained only where every difference is parked with an owner, or signed off; what is
 * not is kept as people would sign it, with its digest in the answer.
 */
export const reconcilePlan = (ports: Ports) =>
  async function reconcilePlan(input): ReturnType<Activities['reconcilePlan']> {
    const { incidentId, at } = parseInput(ofIncident, input);
    for (const { version } of await ports.settlements.approvedVersions(incidentId)) {
      await matchVersion(ports, { incidentId, version, at });
    }
    const found = await judgeReconciliation(ports, incidentId);
    const { explained, differences, parked, difference } = found;
    const { digest, signedOff = false } = difference ?? {};
    if (difference !== undefined) {
      const kept = { incidentId, kind: 'difference' as const, body: difference.text, at };
      await ports.documents.keep(kept);
    }
    const result = {
      out: found.out,
      in: found.in,
      explained,
      parked: parked.length,
      differences: differences.slice(0, namedMax),
      ...(signedOff && { signedOff: digest }),
    };
    await ports.ledger.noteReconciliation({ incidentId, at, result });
    if (explained || signedOff) return { explained: true };
    return { explained, ...(digest !== undefined && { differs: digest }) };
  } satisfies Activities['reconcilePlan'];
