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
