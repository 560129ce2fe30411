import type { Queryable } from './pool';

/** How many deals of a snapshot have about so many rows: one at least, `dealsMax` at most. */
export async function dealsPerPageOf(
  db: Queryable,
  { snapshotId, page }: { snapshotId: string; page: { rows: number; dealsMax: number } },
): Promise<number> {
  const { rows } = await db.query<{ deals: number }>(
    `SELECT least($3, greatest(1, $2::bigint * deal_count / greatest(commitment_count, 1)))::integer
       AS deals FROM snapshots WHERE snapshot_id = $1`,
    [snapshotId, page.rows, page.dealsMax],
  );
  return rows[0]?.deals ?? 1;
}
