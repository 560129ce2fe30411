import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { parseInput } from './fail';
import type { Imports } from './ports/imports';
import { boundSnapshot } from './bound-snapshot';

const planScanInput = ofIncident.extend({ dealsPerChunk: z.int().positive() });

/**
 * Counts the deals of the incident's history, and the chunks they are scanned in.
 *
 * @throws NOT_FOUND (refused) when no history is bound to the incident.
 */
export const planScan = ({ imports }: { imports: Imports }) =>
  async function planScan(input) {
    const { incidentId, dealsPerChunk } = parseInput(planScanInput, input);
    const { deals } = await boundSnapshot(imports, incidentId);
    return { deals, chunks: Math.ceil(deals / dealsPerChunk) };
  } satisfies Activities['planScan'];
