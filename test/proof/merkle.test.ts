import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { inclusionProofs, merkleRoot, verifyInclusion } from '../../proof/merkle';

/** The recursive definition of RFC 6962 §2.1, written down once more as it stands there. */
function rootByDefinition(leaves: readonly Buffer[]): Buffer {
  const sha256 = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
  const [only] = leaves;
  if (only === undefined) return sha256();
  if (leaves.length === 1) return sha256(Buffer.of(0), only);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  const left = rootByDefinition(leaves.slice(0, split));
  return sha256(Buffer.of(1), left, rootByDefinition(leaves.slice(split)));
}

const someLeaves = fc.array(fc.string({ unit: 'grapheme', maxLength: 8 }), { maxLength: 70 });
const seeded = { seed: 6962, numRuns: 300 };

describe('Merkle trees', () => {
  it.each([
    ['no leaf', [], 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['one empty leaf', [''], '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    [
      'the empty leaf and one of 0x00',
      ['', '\u0000'],
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    ],
    [
      'the first three of the well-known test tree',
      ['', '\u0000', '\u0010'],
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    ],
  ])('gives the root of %s as RFC 6962 logs know it', (_, leaves, root) => {
    expect(merkleRoot(leaves)).toBe(root);
  });

  it('has the shape of RFC 6962 for every number of leaves up to 70', () => {
    fc.assert(
      fc.property(someLeaves, (leaves) => {
        const defined = rootByDefinition(leaves.map((leaf) => Buffer.from(leaf, 'utf8')));
        return merkleRoot(leaves) === defined.toString('hex');
      }),
      seeded,
    );
  });

  it('proves every leaf at its place, and no other leaf there', () => {
    fc.assert(
      fc.property(someLeaves, (leaves) => {
        const root = merkleRoot(leaves);
        return inclusionProofs(leaves).every((proof, index) => {
          const leaf = leaves[index] ?? '';
          const holds = verifyInclusion({ leaf, proof, root });
          return holds && !verifyInclusion({ leaf: `${leaf}!`, proof, root });
        });
      }),
      seeded,
    );
  });

  it('refuses a proof that was cut, extended, moved or turned', () => {
    const leaves = Array.from({ length: 13 }, (_, index) => `leaf ${index}`);
    const root = merkleRoot(leaves);
    for (const proof of inclusionProofs(leaves)) {
      const { index, path } = proof;
      const leaf = leaves[index] ?? '';
      const forged = [
        { ...proof, path: path.slice(1) },
        { ...proof, path: path.slice(0, -1) },
        { ...proof, path: [...path, '0'.repeat(64)] },
        { ...proof, path: path.toReversed() },
        { ...proof, path: path.map((hash) => hash.toUpperCase()) },
        { ...proof, index: index + 13 },
        { ...proof, index: -1 },
        { ...proof, index: (index + 1) % 13 },
        { ...proof, size: 0 },
        { ...proof, size: 1.5 },
      ];
      expect(forged.map((each) => verifyInclusion({ leaf, proof: each, root }))).toEqual(
        forged.map(() => false),
      );
    }
  });
});
