import type { EvidenceContent } from '../../../proof/evidence-chain';
import { Hashes } from './hashes';

/** A break that a walk found; `seq` 0 where there is no entry to name. */
export type Break = { seq: number; what: string };

/** What evidence says of one command. */
export type SealedCommand = {
  seq: number;
  kind: string;
  actor: string;
  body: EvidenceContent['body'];
};

/** An entry that seals rows; `keys` are theirs, in order, where it names them. */
export type SealedRoot = { seq: number; kind: string; root: string; keys: string[] | undefined };

/** What a chain says, gathered while it was walked, for the walks to the tables and back. */
export type Sealed = {
  chain: string;
  hashes: Hashes;
  /** Entries that seal a command with a verified signature, by jti. */
  commands: Map<string, SealedCommand>;
  /** Keys named in bulk by entries, by kind, with the entry that names them first. */
  keys: Map<string, Map<string, number>>;
  /** Entries that seal rows under a root, in order. */
  roots: SealedRoot[];
  /** Entries about people, in order. */
  people: EvidenceContent[];
  /** Gates that were decided: `<gate>#<opening>` by kind of entry. */
  gates: Map<string, Set<string>>;
};

/** Nothing gathered yet. */
export function emptySealed(chain: string): Sealed {
  return {
    chain,
    hashes: new Hashes(),
    commands: new Map(),
    keys: new Map(),
    roots: [],
    people: [],
    gates: new Map(),
  };
}

function entryFor<K, V>(map: Map<K, V>, { key, fresh }: { key: K; fresh: V }): V {
  const found = map.get(key) ?? fresh;
  map.set(key, found);
  return found;
}

/** A refusal without a verified signature names nobody and stands in no table. */
function sealsCommand({ kind, body }: EvidenceContent): boolean {
  if (typeof body['jti'] !== 'string' || typeof body['jwsDigest'] !== 'string') return false;
  return kind !== 'refusal' || typeof body['person'] === 'string';
}

/** What is never written but in answer to somebody's signed command. */
const byCommandAlone = new Set(['vote', 'vote-withdrawn', 'asked-again']);

function gatherKeys(sealed: Sealed, { seq, kind, body }: EvidenceContent): void {
  const { root } = body;
  const keys = Array.isArray(body['keys']) ? body['keys'].map(String) : undefined;
  if (typeof root === 'string') sealed.roots.push({ seq, kind, root, keys });
  if (keys === undefined) return;
  const named = entryFor(sealed.keys, { key: kind, fresh: new Map<string, number>() });
  for (const key of keys) if (!named.has(key)) named.set(key, seq);
}

/** Adds one entry to what was gathered; the break when it seals a command a second time. */
export function gather(
  sealed: Sealed,
  { content, hash }: { content: EvidenceContent; hash: string },
): Break | undefined {
  const { seq, kind, actor, body } = content;
  sealed.hashes.push(hash);
  gatherKeys(sealed, content);
  if (kind === 'person') sealed.people.push(content);
  if (kind.startsWith('gate-')) {
    const gate = `${String(body['gate'])}#${String(body['opening'])}`;
    entryFor(sealed.gates, { key: kind, fresh: new Set<string>() }).add(gate);
  }
  if (!sealsCommand(content)) {
    return byCommandAlone.has(kind)
      ? { seq, what: `it says ${kind}, which only a signed command does, and names none` }
      : undefined;
  }
  const jti = String(body['jti']);
  const first = sealed.commands.get(jti);
  if (first !== undefined) {
    return { seq, what: `command ${jti} is sealed already by entry ${first.seq}` };
  }
  sealed.commands.set(jti, { seq, kind, actor, body });
  return undefined;
}

/** The entry of a kind that names a key, or undefined. */
export function namedIn(
  sealed: Sealed,
  given: { kinds: string[]; key: string },
): number | undefined {
  for (const kind of given.kinds) {
    const seq = sealed.keys.get(kind)?.get(given.key);
    if (seq !== undefined) return seq;
  }
  return undefined;
}
