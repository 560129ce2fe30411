import { createPublicKey, sign } from 'node:crypto';
import type { InstanceSigner } from '../../activities/ports/instance-signer';
import { canonicalJson } from '../../proof/canonical-json';
import { kidOf } from '../../proof/key-id';
import { readPrivateKey } from './private-key-file';

const base64url = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');

/**
 * The signer of the instance whose private key lies at `path`; makes nothing by itself.
 *
 * Ensures: the header's `typ` is never that of a command, so nothing it signs is one.
 * @throws NOT_FOUND (refused) when there is no key at `path`.
 * @throws INPUT_INVALID (rejected) when others may read it or it cannot be opened.
 */
export function openInstanceSigner(path: string): InstanceSigner {
  const privateKey = readPrivateKey(path);
  const publicKey = createPublicKey(privateKey);
  const kid = kidOf(publicKey);
  return {
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    sign(typ, payload) {
      const header = base64url(canonicalJson({ alg: 'EdDSA', kid, typ }));
      const signingInput = `${header}.${base64url(canonicalJson(payload))}`;
      const signature = sign(null, Buffer.from(signingInput, 'ascii'), privateKey);
      return `${signingInput}.${signature.toString('base64url')}`;
    },
  };
}
