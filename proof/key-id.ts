import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { canonicalJson } from './canonical-json';

/**
 * The id of an Ed25519 key, private or public: the same for ever, whatever file it came from.
 *
 * Source: RFC 7638 thumbprint (SHA-256, base64url) of the key's OKP JWK {crv, kty, x}.
 */
export function kidOf(key: KeyObject): string {
  const publicKey = key.type === 'public' ? key : createPublicKey(key);
  const { crv, kty, x } = publicKey.export({ format: 'jwk' });
  return createHash('sha256').update(canonicalJson({ crv, kty, x })).digest('base64url');
}
