import { genesis, sealEntry, type ChainHead } from '../../proof/evidence-chain';
import type { Queryable } from './pool';

/** What goes onto a chain: an incident's id or `registry`. `at` is the workflow's time. */
export type NewEvidence = {
  chain: string;
  at: string | Date;
  actor: string;
  kind: string;
  body: Record<string, unknown>;
};

/** The head of a chain as committed; seq 0 and 64 zeros while it has no entry. */
export async function headOf(db: Queryable, chain: string): Promise<ChainHead> {
  const { rows } = await db.query<ChainHead>(
    'SELECT seq::integer, hash FROM evidence WHERE chain = $1 ORDER BY seq DESC LIMIT 1',
    [chain],
  );
  const [head] = rows;
  return head ?? genesis;
}

/**
 * Puts one entry onto a chain, in the transaction of the effect it is evidence of.
 *
 * Order: call it last; from here to the commit everybody else waits who writes to this chain.
 * Ensures: no gap and no fork, however many write at once.
 */
export async function appendEvidence(tx: Queryable, given: NewEvidence): Promise<ChainHead> {
  const { chain, actor, kind, body } = given;
  const at = new Date(given.at).toISOString();
  // A statement of its own: the head must be read in a snapshot taken after the lock.
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('evidence/' || $1, 0))`, [chain]);
  const head = await headOf(tx, chain);
  const { seq, entry, prevHash, hash } = sealEntry(head, { at, actor, kind, body });
  await tx.query(
    `INSERT INTO evidence (chain, seq, at, actor, kind, entry, prev_hash, hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [chain, seq, at, actor, kind, entry, prevHash, hash],
  );
  return { seq, hash };
}
