import type { Refusal } from '../../../domain/command-refusal';
import type { ChainHead } from '../../../proof/evidence-chain';
import type { Queryable } from '../pool';

/** The entry by which something lay before people, so that it could be decided on. */
export type LaidBy = {
  readonly kind: 'gate-opened' | 'dossier';
  readonly body: Readonly<Record<string, string | number>>;
};

/**
 * Why a head cannot have been seen by whoever decided, or undefined when the chain has it just
 * there, at or behind the entry by which it lay before them.
 *
 * Ensures: what an accepted command pins is true, so that it proves the chain and never breaks it.
 */
export async function unseenHead(
  tx: Queryable,
  { incidentId, head, laid }: { incidentId: string; head: ChainHead; laid: LaidBy },
): Promise<Refusal | undefined> {
  const { rows } = await tx.query<{ hash: string | null; since: number | null }>(
    `SELECT (SELECT hash FROM evidence WHERE chain = $1 AND seq = $2) AS hash,
       (SELECT min(seq)::int FROM evidence
         WHERE chain = $1 AND kind = $3 AND entry::jsonb -> 'body' @> $4::jsonb) AS since`,
    [incidentId, head.seq, laid.kind, JSON.stringify(laid.body)],
  );
  const hash = rows[0]?.hash ?? null;
  const since = rows[0]?.since ?? null;
  const says = `the command says entry ${String(head.seq)} of ${incidentId} is ${head.hash}`;
  const again = 'read the evidence again and sign again';
  if (hash !== head.hash) {
    const message = `${says}, and the chain has another there; ${again}`;
    return { code: 'DIGEST_STALE', message };
  }
  if (since !== null && since <= head.seq) return undefined;
  const from = since === null ? 'no entry' : `entry ${String(since)}`;
  const message = `${says}, and what it decides on lay there from ${from} on; ${again}`;
  return { code: 'DIGEST_STALE', message };
}
