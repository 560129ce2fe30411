import { canonicalJson } from '../../proof/canonical-json';
import {
  entryHash,
  type ChainHead,
  type EvidenceContent,
  type StoredEntry,
} from '../../proof/evidence-chain';

/** The entry that goes after `head`: its number, text and hash. */
export function sealEntry(head: ChainHead, said: Omit<EvidenceContent, 'seq'>): StoredEntry {
  const { at, actor, kind, body } = said;
  const seq = head.seq + 1;
  const entry = canonicalJson({ seq, at, actor, kind, body });
  return { seq, entry, prevHash: head.hash, hash: entryHash(head.hash, entry) };
}
