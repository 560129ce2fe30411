import { hash } from 'node:crypto';

const leafPrefix = Buffer.of(0x00);
const nodePrefix = Buffer.of(0x01);
const digestBytes = 32;

function sha256(...parts: Uint8Array[]): Buffer {
  return hash('sha256', Buffer.concat(parts), 'buffer');
}

const leafHash = (leaf: string): Buffer => sha256(leafPrefix, Buffer.from(leaf, 'utf8'));
const nodeHash = (left: Buffer, right: Buffer): Buffer => sha256(nodePrefix, left, right);

/** One level up: neighbours are joined, a last one without a neighbour is carried as it is. */
function nextLevel(level: readonly Buffer[]): Buffer[] {
  return level.flatMap((left, index) => {
    if (index % 2 === 1) return [];
    const right = level[index + 1];
    return [right === undefined ? left : nodeHash(left, right)];
  });
}

/** From the leaves' own hashes up to the level below the root. */
function levelsBelowRoot(leaves: readonly string[]): Buffer[][] {
  const levels: Buffer[][] = [];
  for (let level = leaves.map(leafHash); level.length > 1; level = nextLevel(level)) {
    levels.push(level);
  }
  return levels;
}

/**
 * The Merkle root of leaves in the order given, lower-case hex; the callers sort.
 *
 * Method: leaf = SHA-256(0x00 ‖ UTF-8), node = SHA-256(0x01 ‖ left ‖ right); of none SHA-256('').
 * Source: RFC 6962 §2.1.
 */
export function merkleRoot(leaves: readonly string[]): string {
  let level = leaves.map(leafHash);
  while (level.length > 1) level = nextLevel(level);
  return (level[0] ?? sha256()).toString('hex');
}

/** What shows that a leaf stands under a root: its place, its neighbours from below upwards. */
export type InclusionProof = { index: number; size: number; path: string[] };

/**
 * The proof of each leaf that it stands under the root of all.
 *
 * Order: of the leaves. Source: RFC 6962 §2.1.1.
 */
export function inclusionProofs(leaves: readonly string[]): InclusionProof[] {
  const levels = levelsBelowRoot(leaves);
  return leaves.map((_, index) => {
    const path = levels.flatMap((level, height) => {
      const place = Math.floor(index / 2 ** height);
      const neighbour = level[place % 2 === 0 ? place + 1 : place - 1];
      return neighbour === undefined ? [] : [neighbour.toString('hex')];
    });
    return { index, size: leaves.length, path };
  });
}

/**
 * Whether `leaf` stands at the proof's place under `root`; never throws on a proof from outside.
 *
 * Source: RFC 9162 §2.1.3.2.
 */
export function verifyInclusion(given: {
  leaf: string;
  proof: InclusionProof;
  root: string;
}): boolean {
  const { index, size, path } = given.proof;
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size)) return false;
  if (index < 0 || index >= size) return false;
  let node = leafHash(given.leaf);
  let place = index;
  let last = size - 1;
  for (const hex of path) {
    const neighbour = Buffer.from(hex, 'hex');
    if (last === 0 || neighbour.length !== digestBytes || neighbour.toString('hex') !== hex) {
      return false;
    }
    // A last node without a neighbour is carried upwards until it gets one on its left.
    while (place % 2 === 0 && place === last) {
      place = Math.floor(place / 2);
      last = Math.floor(last / 2);
    }
    node = place % 2 === 1 ? nodeHash(neighbour, node) : nodeHash(node, neighbour);
    place = Math.floor(place / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && node.toString('hex') === given.root;
}
