import type { Refusal } from '../../../domain/command-refusal';
import type { Queryable } from '../pool';

/** The head of the chain as a signer says to have seen it. */
export type SeenHead = { readonly seq: number; readonly hash: string };

/**
 * Why a head cannot have been seen, or undefined when the chain has it just there.
 *
 * Ensures: what an accepted command pins is true, so that it proves the chain and never breaks it.
 */
export async function unseenHead(
  tx: Queryable,
  { incidentId, head }: { incidentId: string; head: SeenHead | undefined },
): Promise<Refusal | undefined> {
  if (head === undefined || head.seq === 0) return undefined;
  const { rows } = await tx.query<{ hash: string }>(
    'SELECT hash FROM evidence WHERE chain = $1 AND seq = $2',
    [incidentId, head.seq],
  );
  if (rows[0]?.hash === head.hash) return undefined;
  const message =
    `the command says entry ${String(head.seq)} of ${incidentId} is ${head.hash}, ` +
    'and the chain has another there; read the evidence again and sign again';
  return { code: 'DIGEST_STALE', message };
}
