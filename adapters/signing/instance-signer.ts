import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { InstanceSigner } from '../../activities/ports/instance-signer';
import { canonicalJson } from '../../proof/canonical-json';
import { kidOf } from '../../proof/key-id';

const base64url = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');

/**
 * Makes the key pair of an instance: the private half 0600, the public half beside it to be pinned.
 *
 * Ensures: a key that is there is never overwritten (EEXIST).
 */
export function createInstanceKey(path: string, publicPath: string): void {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  writeFileSync(path, pem, { mode: 0o600, flag: 'wx' });
  mkdirSync(dirname(publicPath), { recursive: true });
  writeFileSync(publicPath, publicKey.export({ type: 'spki', format: 'pem' }));
  chmodSync(publicPath, 0o644);
}

/**
 * The signer of the instance whose private key lies at `path`; makes nothing by itself.
 *
 * Ensures: the header's `typ` is never that of a command, so nothing it signs is one.
 */
export function openInstanceSigner(path: string): InstanceSigner {
  const privateKey = createPrivateKey(readFileSync(path));
  const publicKey = createPublicKey(privateKey);
  const header = { alg: 'EdDSA', kid: kidOf(publicKey), typ: 'makewhole-instrument+jws' };
  const headerPart = base64url(canonicalJson(header));
  return {
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    signInstrument(payload) {
      const signingInput = `${headerPart}.${base64url(canonicalJson(payload))}`;
      const signature = sign(null, Buffer.from(signingInput, 'ascii'), privateKey);
      return `${signingInput}.${signature.toString('base64url')}`;
    },
  };
}
