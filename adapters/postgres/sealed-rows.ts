import { merkleRoot } from '../../proof/merkle';
import type { Queryable } from './pool';

/**
 * Keeps rows as they are now under their Merkle root, which an entry of `chain` is to name.
 *
 * Order: leaves as they come in; in the transaction of the rows and of the entry.
 */
export async function sealRows(
  tx: Queryable,
  { chain, leaves }: { chain: string; leaves: readonly string[] },
): Promise<string> {
  const root = merkleRoot(leaves);
  if (leaves.length === 0) return root;
  await tx.query(
    'INSERT INTO sealed_rows (chain, root, leaves) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    [chain, root, leaves],
  );
  return root;
}
