import { z } from 'zod';
import { canonicalJson } from './canonical-json';
import { sha256Hex } from './digest';

const evidenceContent = z.strictObject({
  seq: z.int().positive(),
  /** The workflow's time, ISO 8601 with milliseconds and Z. */
  at: z.iso.datetime({ precision: 3 }),
  /** A person's id, or `makewhole`. */
  actor: z.string(),
  kind: z.string(),
  body: z.looseObject({}),
});

/** What an entry says; exactly these five members are hashed. */
export type EvidenceContent = z.infer<typeof evidenceContent>;

/** An entry as stored: `entry` is the text that was hashed, byte for byte. */
export type StoredEntry = { seq: number; entry: string; prevHash: string; hash: string };

/** How far a chain has come: nothing yet is seq 0 with 64 zeros. */
export type ChainHead = { seq: number; hash: string };

/** The first place where a chain does not hold, and what is wrong there. */
export type ChainBreak = { seq: number; what: string };

/** The head of a chain without entries; its hash goes before the first entry. */
export const genesis: ChainHead = { seq: 0, hash: '0'.repeat(64) };

/**
 * The hash of an entry's text after its predecessor's hash.
 *
 * Method: SHA-256 over the 64 lower-case hex characters of `prevHash` and the text, both in UTF-8.
 */
export function entryHash(prevHash: string, entry: string): string {
  return sha256Hex(prevHash + entry);
}

/**
 * The text of an entry up to its number, which stands last in canonical JSON: whoever knows how far
 * the chain has come puts it there, and a brace.
 */
export function beforeNumber(said: Omit<EvidenceContent, 'seq'>): string {
  const { at, actor, kind, body } = said;
  return `${canonicalJson({ at, actor, kind, body }).slice(0, -1)},"seq":`;
}

/** The content of a stored text, or why it is none. */
export function readEntry(entry: string): EvidenceContent | string {
  let content: unknown;
  try {
    content = JSON.parse(entry);
    if (canonicalJson(content) !== entry) return 'the text is not canonical JSON';
  } catch {
    return 'the text cannot be read as JSON';
  }
  const parsed = evidenceContent.safeParse(content);
  return parsed.success ? parsed.data : 'the text is not an entry of {seq, at, actor, kind, body}';
}

/** Checks one entry against the head before it: what it says and the next head, or the break. */
export function nextEntry(
  head: ChainHead,
  stored: StoredEntry,
): { content: EvidenceContent; head: ChainHead } | ChainBreak {
  const seq = head.seq + 1;
  if (stored.seq !== seq) {
    return { seq, what: `expected entry ${seq}, found entry ${stored.seq}` };
  }
  if (stored.prevHash !== head.hash) {
    return { seq, what: `expected the previous hash ${head.hash}, found ${stored.prevHash}` };
  }
  const hash = entryHash(head.hash, stored.entry);
  if (stored.hash !== hash) {
    return { seq, what: `the text hashes to ${hash}, the entry says ${stored.hash}` };
  }
  const content = readEntry(stored.entry);
  if (typeof content === 'string') return { seq, what: content };
  if (content.seq !== seq) {
    return { seq, what: `the text says it is entry ${content.seq}` };
  }
  return { content, head: { seq, hash } };
}

/** As `nextEntry`, where nobody asks what the entry says. */
export function nextHead(head: ChainHead, stored: StoredEntry): ChainHead | ChainBreak {
  const next = nextEntry(head, stored);
  return 'what' in next ? next : next.head;
}

/** Walks a chain from its beginning: its head, or the first break. */
export function verifyEntries(entries: Iterable<StoredEntry>): ChainHead | ChainBreak {
  let head = genesis;
  for (const stored of entries) {
    const next = nextHead(head, stored);
    if ('what' in next) return next;
    head = next;
  }
  return head;
}
