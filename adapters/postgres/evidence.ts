import { beforeNumber, genesis, type ChainHead } from '../../proof/evidence-chain';
import type { Queryable } from './pool';
import { literals } from './trips';

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
  const { chain, ...entry } = given;
  return appendAllEvidence(tx, { chain, entries: [entry] });
}

/** As `appendEvidence`, for many entries of one chain at the price of one. */
export async function appendAllEvidence(tx: Queryable, given: Entries): Promise<ChainHead> {
  const { rows } = await tx.query<ChainHead>(
    'SELECT seq::integer, hash FROM append_evidence($1, $2, $3, $4, $5)',
    columnsOf(given),
  );
  const [head] = rows;
  return head ?? genesis;
}

/** The statement by which `appendEvidence` does so, for a trip with others. */
export function appending({ chain, ...entry }: NewEvidence): string {
  return `SELECT FROM append_evidence${literals(columnsOf({ chain, entries: [entry] }))}`;
}

type Entries = { chain: string; entries: readonly Omit<NewEvidence, 'chain'>[] };

/** A chain and its entries' columns as the database seals them: lines, in which JSON has none. */
function columnsOf({ chain, entries }: Entries): string[] {
  const ats = entries.map(({ at }) => new Date(at).toISOString());
  const said = entries.map(({ actor, kind, body }, index) =>
    beforeNumber({ at: ats[index] ?? '', actor, kind, body }),
  );
  const [actors, kinds] = [entries.map(({ actor }) => actor), entries.map(({ kind }) => kind)];
  return [chain, ...[ats, actors, kinds, said].map((column) => column.join('\n'))];
}
