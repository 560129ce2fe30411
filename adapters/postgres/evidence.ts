import { genesis, sealEntry, type ChainHead } from '../../proof/evidence-chain';
import { inOneTrip, literal } from './one-trip';
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

/** The head, which nobody moves before the transaction has ended. */
async function lockedHead(tx: Queryable, chain: string): Promise<ChainHead> {
  const [, heads] = await inOneTrip(tx, [
    `SELECT pg_advisory_xact_lock(hashtextextended(${literal(`evidence/${chain}`)}, 0))`,
    `SELECT seq::integer, hash FROM evidence WHERE chain = ${literal(chain)}
     ORDER BY evidence.seq DESC LIMIT 1`,
  ]);
  return (heads?.[0] as ChainHead | undefined) ?? genesis;
}

/**
 * Puts one entry onto a chain, in the transaction of the effect it is evidence of.
 *
 * Order: call it last; from here to the commit everybody else waits who writes to this chain.
 * Ensures: no gap and no fork, however many write at once.
 */
export async function appendEvidence(tx: Queryable, given: NewEvidence): Promise<ChainHead> {
  const { chain, ...entry } = given;
  return appendAllEvidence(tx, { chain, entries: [entry] });
}

/** As `appendEvidence`, for many entries of one chain at the price of one. */
export async function appendAllEvidence(
  tx: Queryable,
  given: { chain: string; entries: Omit<NewEvidence, 'chain'>[] },
): Promise<ChainHead> {
  const { chain, entries } = given;
  let head = await lockedHead(tx, chain);
  const rows = entries.map(({ at: when, actor, kind, body }) => {
    const at = new Date(when).toISOString();
    const sealed = sealEntry(head, { at, actor, kind, body });
    head = { seq: sealed.seq, hash: sealed.hash };
    return { at, actor, kind, ...sealed };
  });
  await tx.query(
    `INSERT INTO evidence (chain, seq, at, actor, kind, entry, prev_hash, hash)
     SELECT $1, * FROM unnest($2::bigint[], $3::timestamptz[], $4::text[], $5::text[], $6::text[],
       $7::text[], $8::text[])`,
    [
      chain,
      rows.map(({ seq }) => seq),
      rows.map(({ at }) => at),
      rows.map(({ actor }) => actor),
      rows.map(({ kind }) => kind),
      rows.map(({ entry }) => entry),
      rows.map(({ prevHash }) => prevHash),
      rows.map(({ hash }) => hash),
    ],
  );
  return head;
}
