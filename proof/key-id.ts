import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { canonicalJson } from './canonical-json';

/** An Ed25519 public key in the one form that its id is the hash of. */
export type PublicJwk = { crv: 'Ed25519'; kty: 'OKP'; x: string };

/** The public half of an Ed25519 key, private or public. */
export function publicJwkOf(key: KeyObject): PublicJwk {
  const publicKey = key.type === 'public' ? key : createPublicKey(key);
  const { x } = publicKey.export({ format: 'jwk' });
  return { crv: 'Ed25519', kty: 'OKP', x: x ?? '' };
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
