import { genesis, nextEntry, type ChainHead } from '../../../proof/evidence-chain';
import { evidencePages, type EvidenceRow } from '../evidence-rows';
import type { Queryable } from '../pool';
import { emptySealed, gather, type Break, type Sealed } from './sealed';

/** A chain as walked to its end, or to its first break. */
export type WalkedChain = { head: ChainHead; sealed: Sealed; broken?: Break };

function step(walked: WalkedChain, row: EvidenceRow): Break | undefined {
  const next = nextEntry(walked.head, row);
  if ('what' in next) return next;
  const { content, head } = next;
  const same =
    row.at.toISOString() === content.at && row.actor === content.actor && row.kind === content.kind;
  if (!same) {
    return { seq: head.seq, what: 'its columns say something else than the text that was hashed' };
  }
  walked.head = head;
  return gather(walked.sealed, { content, hash: head.hash });
}

/** Walks one chain from its beginning, gathering what it says; ends at the first break. */
export async function walkChain(db: Queryable, chain: string): Promise<WalkedChain> {
  const walked: WalkedChain = { head: genesis, sealed: emptySealed(chain) };
  for await (const page of evidencePages(db, { chain })) {
    for (const row of page) {
      const broken = step(walked, row);
      if (broken !== undefined) return { ...walked, broken };
    }
  }
  return walked;
}
