import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { AssertionError } from '../domain/assert';
import { openScan } from '../domain/scan';
import { boundSnapshot } from './bound-snapshot';
import { fail, parseInput } from './fail';
import { inChunks } from './in-chunks';
import type { Impacts, Recomputation } from './ports/impacts';
import type { Imports } from './ports/imports';

type Needs = { imports: Imports; impacts: Impacts };

const recomputeSharesInput = ofIncident.extend({ dealsPerChunk: z.int().positive() });

/**
 * Replays the whole history on both bases and stores every difference, each share certified.
 *
 * Retry: safe; a finished recomputation answers again, an unfinished one goes on after the last
 * chunk that is stored, and comes to the same.
 * Ensures: rule and certificate, written apart from each other, agree on every share of every deal.
 * @throws NOT_FOUND (refused) when no history is bound to the incident.
 * @throws RECOMPUTATION_DIFFERS (bug) when they do not.
 */
export const recomputeShares = (needs: Needs) =>
  async function recomputeShares(input) {
    const asked = parseInput(recomputeSharesInput, input);
    const finished = await needs.impacts.recomputation(asked.incidentId);
    const { basis, summary, impactDigest } = finished ?? (await recompute(needs, asked));
    return {
      dealsAffected: summary.deals.affected[basis],
      investorsAffected: summary.investors.affected[basis],
      impactDigest,
    };
  } satisfies Activities['recomputeShares'];

async function recompute(
  { imports, impacts }: Needs,
  { incidentId, at, dealsPerChunk }: z.infer<typeof recomputeSharesInput>,
): Promise<Recomputation> {
  const snapshot = await boundSnapshot(imports, incidentId);
  const checked = await impacts.checked(incidentId);
  if (checked.chunks === 0 || checked.deals !== snapshot.deals) {
    const found = `${checked.deals} of ${snapshot.deals} deals were checked`;
    throw fail('RECOMPUTATION_DIFFERS', `${found}: nothing is recomputed before all are`);
  }
  const { people, rankOf, opening, deals } = await imports.openHistory(snapshot.snapshotId);
  const before = await impacts.recomputed({ incidentId, rankOf });
  const scan = openScan({ people, opening, ...(before === null ? {} : { before }) });
  try {
    await inChunks(deals(before?.last), {
      size: dealsPerChunk,
      first: before?.chunks ?? 0,
      work: scan.add,
      save: ({ chunk, results }) => {
        const stored = { incidentId, at, chunk, people, deals: results, state: scan.state() };
        return impacts.saveRecomputed(stored);
      },
    });
  } catch (error) {
    if (!(error instanceof AssertionError)) throw error;
    throw fail('RECOMPUTATION_DIFFERS', error.message);
  }
  return impacts.concludeRecomputation({ incidentId, at, snapshot, summary: scan.conclude() });
}
