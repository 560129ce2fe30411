import { merkleRoot } from '../../../proof/merkle';
import type { Queryable } from '../pool';

const emptyRoot = merkleRoot([]);

/** The rows that were kept under a root, or why they are not the ones that were sealed. */
export async function rowsUnder(
  db: Queryable,
  { chain, root }: { chain: string; root: string },
): Promise<{ leaves: readonly string[] } | { flaw: string }> {
  if (root === emptyRoot) return { leaves: [] };
  const { rows } = await db.query<{ leaves: string[] }>(
    'SELECT leaves FROM sealed_rows WHERE chain = $1 AND root = $2',
    [chain, root],
  );
  const [row] = rows;
  if (row === undefined) return { flaw: `the rows it seals under ${root} are gone` };
  if (merkleRoot(row.leaves) === root) return { leaves: row.leaves };
  return { flaw: `the rows it seals under ${root} are others now` };
}
