import { heartbeat } from '@temporalio/activity';
import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { toAsks } from '../domain/asks';
import { certify } from '../domain/certify';
import type { ReplayDeal } from '../domain/replay';
import { boundSnapshot } from './bound-snapshot';
import { parseInput } from './fail';
import type { CertifiedDeal, Impacts } from './ports/impacts';
import type { Imports } from './ports/imports';

const scanDealsInput = ofIncident.extend({
  chunk: z.int().nonnegative(),
  dealsPerChunk: z.int().positive(),
});

/**
 * Certifies the recorded shares of a chunk of deals on the averages as they were recorded, and
 * stores why any is wrong.
 *
 * Order: chunks are cut from the deals in order of closing.
 * Retry: safe; a chunk that is done answers its counts again.
 * @throws NOT_FOUND (refused) when no history is bound to the incident.
 */
export const scanDeals = ({ imports, impacts }: { imports: Imports; impacts: Impacts }) =>
  async function scanDeals(input) {
    const { incidentId, at, chunk, dealsPerChunk } = parseInput(scanDealsInput, input);
    const of = { incidentId, chunk, dealsPerChunk };
    const done = await impacts.scannedChunk(of);
    if (done !== null) return done;
    const { snapshotId } = await boundSnapshot(imports, incidentId);
    const range = { skip: chunk * dealsPerChunk, limit: dealsPerChunk };
    const deals: CertifiedDeal[] = [];
    for await (const deal of imports.dealsInOrder(snapshotId, range)) {
      deals.push(certifyRecorded(deal));
      heartbeat({ deals: deals.length });
    }
    await impacts.saveChunk({ ...of, at, deals });
    const wrong = deals.filter(({ certificate }) => !certificate.holds).length;
    return { deals: deals.length, wrong };
  } satisfies Activities['scanDeals'];

function certifyRecorded(deal: ReplayDeal): CertifiedDeal {
  const { dealId, currency, allocation, commitments } = deal;
  const shares = new Map(commitments.map((row) => [row.investorId, row.allocated]));
  const asks = toAsks(currency, commitments);
  return { dealId, currency, certificate: certify({ allocation, asks, shares }) };
}
