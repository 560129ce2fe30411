import { heartbeat } from '@temporalio/activity';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { AssertionError } from '../domain/assert';
import type { ReplayedDeal } from '../domain/replay';
import { openScan } from '../domain/scan';
import { boundSnapshot } from './bound-snapshot';
import { fail, parseInput } from './fail';
import type { Impacts, Recomputation } from './ports/impacts';
import type { Imports } from './ports/imports';

type Needs = { imports: Imports; impacts: Impacts };

/**
 * Replays the whole history on both bases and stores every difference, each share certified.
 *
 * Retry: safe; a finished recomputation answers again, an unfinished one left nothing behind.
 * Ensures: rule and certificate, written apart from each other, agree on every share of every deal.
 * @throws NOT_FOUND (refused) when no history is bound to the incident.
 * @throws RECOMPUTATION_DIFFERS (bug) when they do not.
 */
export const recomputeShares = (needs: Needs) =>
  async function recomputeShares(input) {
    const { incidentId, at } = parseInput(ofIncident, input);
    const finished = await needs.impacts.recomputation(incidentId);
    const { basis, summary, impactDigest } =
      finished ?? (await recompute(needs, { incidentId, at }));
    return {
      dealsAffected: summary.deals.affected[basis],
      investorsAffected: summary.investors.affected[basis],
      impactDigest,
    };
  } satisfies Activities['recomputeShares'];

async function recompute(
  { imports, impacts }: Needs,
  { incidentId, at }: { incidentId: string; at: string },
): Promise<Recomputation> {
  const snapshot = await boundSnapshot(imports, incidentId);
  const scan = openScan(await imports.openingHistory(snapshot.snapshotId));
  const replayed = async function* (): AsyncGenerator<ReplayedDeal> {
    let deals = 0;
    for await (const deal of imports.dealsInOrder(snapshot.snapshotId)) {
      const result = scan.add(deal);
      if (!agrees(result)) {
        throw fail('RECOMPUTATION_DIFFERS', `rule and certificate disagree on ${result.dealId}`);
      }
      yield result;
      heartbeat({ deals: (deals += 1) });
    }
  };
  const given = { incidentId, at, snapshot, deals: replayed(), conclude: scan.conclude };
  try {
    return await impacts.saveRecomputation(given);
  } catch (error) {
    if (!(error instanceof AssertionError)) throw error;
    throw fail('RECOMPUTATION_DIFFERS', error.message);
  }
}

/** The certificate knows nothing of how the rule is worked out; both must find the same people. */
function agrees({ certificates, lines }: ReplayedDeal): boolean {
  const right = lines.every(({ recorded, asRecorded }) => recorded === asRecorded);
  const { recorded, asRecorded, asShouldHaveBeen } = certificates;
  return recorded.holds === right && asRecorded.holds && asShouldHaveBeen.holds;
}
