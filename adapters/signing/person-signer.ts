import { createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { kidOf } from '../../proof/key-id';
import { KeyFailure } from './key-failure';
import { createPrivateKeyFile, readPrivateKey } from './private-key-file';

/** A person who can sign on this machine: the private key lies in the state folder. */
export type PersonSigner = {
  readonly personId: string;
  readonly kid: string;
  readonly privateKey: KeyObject;
  /** SPKI PEM: what the registry is given. */
  readonly publicKeyPem: string;
  readonly path: string;
};

const personIdForm = /^[a-z0-9][a-z0-9._-]{0,63}$/;

function keyPath(stateDir: string, personId: string): string {
  const path = join(stateDir, 'keys', `${personId}.pem`);
  if (personIdForm.test(personId)) return path;
  const found = JSON.stringify(personId);
  const message = `expected a person's id (small letters, digits, ". _ -"), found ${found}.`;
  throw new KeyFailure({ code: 'INPUT_INVALID', message, path: join(stateDir, 'keys') });
}

function signerOf(given: { personId: string; path: string; privateKey: KeyObject }): PersonSigner {
  const publicKey = createPublicKey(given.privateKey);
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return { ...given, kid: kidOf(publicKey), publicKeyPem };
}

/**
 * The signer of a person whose private key lies under the state folder's `keys/`.
 *
 * @throws NOT_FOUND (refused) when there is no such key.
 * @throws INPUT_INVALID (rejected) when others may read it or it cannot be opened.
 */
export function loadSigner(stateDir: string, personId: string): PersonSigner {
  const path = keyPath(stateDir, personId);
  return signerOf({ personId, path, privateKey: readPrivateKey(path) });
}

/** As `loadSigner`, for a key that lies anywhere else. */
export function openSigner(path: string, personId: string): PersonSigner {
  return signerOf({ personId, path, privateKey: readPrivateKey(path) });
}

/** As `loadSigner`, making the key first where there is none. */
export function makeSigner(stateDir: string, personId: string): PersonSigner {
  const path = keyPath(stateDir, personId);
  if (existsSync(path)) return loadSigner(stateDir, personId);
  return signerOf({ personId, path, privateKey: createPrivateKeyFile(path) });
}
