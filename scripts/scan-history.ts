import type { Snapshot } from '../activities/ports/imports';
import { openScan, type ScannedDeal } from '../domain/scan';
import type { ScanSummary } from '../domain/scan-tally';
import type { HistoryAccess } from '../workers/wire-history';

/** Replays a snapshot on both bases and writes nothing; `visit` sees each deal as it is done. */
export async function scanHistory(
  { imports }: HistoryAccess,
  given: {
    snapshot: Snapshot;
    visit: (deal: ScannedDeal, people: readonly string[]) => void;
  },
): Promise<ScanSummary> {
  const { people, opening, deals } = await imports.openHistory(given.snapshot.snapshotId);
  const scan = openScan({ people, opening });
  for await (const deal of deals()) given.visit(scan.add(deal), people);
  return scan.conclude();
}
