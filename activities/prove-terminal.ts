import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { parseInput } from './fail';
import { matchVersion, type MatchingPorts } from './match-receipts';
import type { PersonCalls } from './ports/notices';
import type { Settlements } from './ports/settlements';
import { whoIsOpen, type ProvingPorts } from './who-is-open';

/**
 * Proves everybody affected done: each line of theirs paid, called in, transferred or let stand by
 * an approved plan, and every letter written; whoever is not stands on the incident by name, with
 * what is open.
 *
 * Order: the statements are read once more first, since what was paid may have come back.
 * Retry: safe. Ensures: approvals are verified again; a deal without an approved line is open.
 */
export const proveTerminal = (
  ports: MatchingPorts &
    ProvingPorts & { settlements: Pick<Settlements, 'approvedVersions'>; calls: PersonCalls },
) =>
  async function proveTerminal(input) {
    const { incidentId, at } = parseInput(ofIncident, input);
    const versions = await ports.settlements.approvedVersions(incidentId);
    for (const { version } of versions) await matchVersion(ports, { incidentId, version, at });
    const { affected, open } = await whoIsOpen(ports, { incidentId, at, versions });
    await ports.calls.nameOpen({ incidentId, at, open });
    return { affected, open: open.length };
  } satisfies Activities['proveTerminal'];
