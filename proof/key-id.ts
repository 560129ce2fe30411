import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { canonicalJson } from './canonical-json';

/** An Ed25519 public key in the one form that its id is the hash of. */
export type PublicJwk = { crv: 'Ed25519'; kty: 'OKP'; x: string };

/**
 * The public half of an Ed25519 key, private or public.
 *
 * Source: RFC 8410, whose SPKI ends with the 32 bytes of the key.
 */
export function publicJwkOf(key: KeyObject): PublicJwk {
  const publicKey = key.type === 'public' ? key : createPublicKey(key);
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return { crv: 'Ed25519', kty: 'OKP', x: spki.subarray(-32).toString('base64url') };
}

/**
 * The id of an Ed25519 key, private or public: the same for ever, whatever file it came from.
 *
 * Source: RFC 7638 thumbprint (SHA-256, base64url) of the key's OKP JWK {crv, kty, x}.
 */
export function kidOf(key: KeyObject): string {
  return createHash('sha256')
    .update(canonicalJson(publicJwkOf(key)))
    .digest('base64url');
}

/** The greatest coordinate of edwards25519: larger ones are second names of smaller ones. */
const coordinateMax = 2n ** 255n - 20n;

/**
 * y of the points that come back to zero within eight steps: what is signed with one of them
 * holds for other texts as well, whoever wrote those.
 *
 * Source: the solutions of 8P = 0 on edwards25519 (RFC 8032 section 5.1).
 */
const smallOrder = new Set([
  0n,
  1n,
  coordinateMax,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
]);

/** Whether texts can be signed without the private half, or the key has another name too. */
export function isWeakKey(key: KeyObject): boolean {
  const bytes = Buffer.from(publicJwkOf(key).x, 'base64url');
  const y = BigInt.asUintN(255, BigInt(`0x${bytes.reverse().toString('hex')}`));
  return y > coordinateMax || smallOrder.has(y);
}

/** A public key that was read from its text, and its id. */
type ReadKey = { readonly key: KeyObject; readonly kid: string };

/** Keys by their text: reading one takes longer than checking what it has signed. */
const readBefore = new Map<string, ReadKey>();
const keptMax = 1_000;

/**
 * Reads a public key in SPKI PEM.
 *
 * @throws UNEXPECTED (bug) when the text is no key; an error of node:crypto.
 */
export function readPublicKey(pem: string): ReadKey {
  const known = readBefore.get(pem);
  if (known !== undefined) return known;
  const key = createPublicKey(pem);
  const read = { key, kid: kidOf(key) };
  if (readBefore.size >= keptMax) readBefore.clear();
  readBefore.set(pem, read);
  return read;
}
