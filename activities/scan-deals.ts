import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { certifyRecorded, recordedHolds } from '../domain/divided-deal';
import { boundSnapshot } from './bound-snapshot';
import { parseInput } from './fail';
import { inChunks } from './in-chunks';
import type { Impacts } from './ports/impacts';
import type { Imports } from './ports/imports';

const scanDealsInput = ofIncident.extend({ dealsPerChunk: z.int().positive() });

/**
 * Checks the recorded shares of every deal on the averages as they were recorded, and stores why
 * any is wrong.
 *
 * Retry: safe; goes on after the last chunk that is stored.
 * @throws NOT_FOUND (refused) when no history is bound to the incident.
 */
export const scanDeals = ({ imports, impacts }: { imports: Imports; impacts: Impacts }) =>
  async function scanDeals(input) {
    const { incidentId, at, dealsPerChunk } = parseInput(scanDealsInput, input);
    const snapshot = await boundSnapshot(imports, incidentId);
    const before = await impacts.checked(incidentId);
    const { people, deals } = await imports.openHistory(snapshot.snapshotId);
    await inChunks(deals(before.last ?? undefined), {
      size: dealsPerChunk,
      first: before.chunks,
      work: (deal) => {
        const wrong = recordedHolds(deal, people) ? null : certifyRecorded(deal, people);
        return { dealId: deal.dealId, wrong };
      },
      save: ({ results, ...chunk }) => {
        return impacts.saveChecked({ incidentId, at, deals: results, ...chunk });
      },
    });
    const { deals: scanned, wrong } = await impacts.checked(incidentId);
    return { deals: scanned, wrong };
  } satisfies Activities['scanDeals'];
