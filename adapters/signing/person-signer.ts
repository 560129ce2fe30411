import { createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

/** The key that is to take the place of a person's; made where there is none yet. */
export function makeNextSigner(stateDir: string, personId: string): PersonSigner {
  const path = nextPath(stateDir, personId);
  const privateKey = existsSync(path) ? readPrivateKey(path) : createPrivateKeyFile(path);
  return signerOf({ personId, path, privateKey });
}

/** Puts the next key in the place of the one before, which is kept beside it; gives where it is. */
export function takeUpNextKey(stateDir: string, personId: string): string {
  const path = keyPath(stateDir, personId);
  if (existsSync(path)) {
    const former = join(dirname(path), 'former');
    mkdirSync(former, { recursive: true, mode: 0o700 });
    const { kid } = loadSigner(stateDir, personId);
    renameSync(path, join(former, `${personId}.${kid.slice(0, 12)}.pem`));
  }
  renameSync(nextPath(stateDir, personId), path);
  return path;
}

const nextPath = (stateDir: string, personId: string): string => {
  const path = keyPath(stateDir, personId);
  return join(dirname(path), 'next', `${personId}.pem`);
};
