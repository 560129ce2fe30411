import type { Snapshot } from '../activities/ports/imports';
import type { ReplayedDeal } from '../domain/replay';
import { openScan, type ScanSummary } from '../domain/scan';
import type { HistoryAccess } from '../workers/wire-history';

/** Replays a snapshot on both bases and writes nothing; `visit` sees each deal as it is done. */
export async function scanHistory(
  { imports }: HistoryAccess,
  { snapshot, visit }: { snapshot: Snapshot; visit: (deal: ReplayedDeal) => void },
): Promise<ScanSummary> {
  const scan = openScan(await imports.openingHistory(snapshot.snapshotId));
  for await (const deal of imports.dealsInOrder(snapshot.snapshotId)) visit(scan.add(deal));
  return scan.conclude();
}
