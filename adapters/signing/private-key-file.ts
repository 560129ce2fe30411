import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { KeyFailure } from './key-failure';

const passphraseName = 'MAKEWHOLE_KEY_PASSPHRASE';

function passphrase(): string | undefined {
  const given = process.env[passphraseName];
  return given === '' ? undefined : given;
}

const readableByOthers = 0o077;

function systemCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

function readPrivately(path: string): Buffer {
  try {
    const mode = statSync(path).mode & 0o777;
    if ((mode & readableByOthers) !== 0 && process.platform !== 'win32') {
      const message =
        `this private key is open to others (mode ${mode.toString(8)}): chmod 600 it, ` +
        'and enrol a new key if anybody may have read it.';
      throw new KeyFailure({ code: 'INPUT_INVALID', message, path });
    }
    return readFileSync(path);
  } catch (cause) {
    if (systemCode(cause) !== 'ENOENT') throw cause;
    const message = 'there is no private key here: bring the file, or sign where it lies.';
    throw new KeyFailure({ code: 'NOT_FOUND', message, path, cause });
  }
}

function decrypt(path: string, pem: Buffer): KeyObject {
  const secret = passphrase();
  try {
    return createPrivateKey(
      secret === undefined ? pem : { key: pem, format: 'pem', passphrase: secret },
    );
  } catch (cause) {
    const lack =
      secret === undefined ? 'no passphrase was given' : 'the passphrase does not open it';
    const message = pem.includes('ENCRYPTED')
      ? `this private key is encrypted and ${lack}: set ${passphraseName} to the right one.`
      : 'expected a private key in PEM (PKCS #8), found something else.';
    throw new KeyFailure({ code: 'INPUT_INVALID', message, path, cause });
  }
}

/**
 * The Ed25519 private key in a PEM file that nobody but its owner can read.
 *
 * @throws NOT_FOUND (refused) when there is no such file.
 * @throws INPUT_INVALID (rejected) when others may read it, or it cannot be opened as such a key.
 */
export function readPrivateKey(path: string): KeyObject {
  const key = decrypt(path, readPrivately(path));
  if (key.asymmetricKeyType === 'ed25519') return key;
  const message = `expected an Ed25519 key, found ${key.asymmetricKeyType ?? 'another'}.`;
  throw new KeyFailure({ code: 'INPUT_INVALID', message, path });
}

/**
 * Makes an Ed25519 private key in a new file of mode 0600, encrypted when a passphrase is set in
 * the environment.
 *
 * Ensures: a file that is there is never overwritten.
 * @throws ALREADY_DONE (refused) when there is one.
 */
export function createPrivateKeyFile(path: string): KeyObject {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const { privateKey } = generateKeyPairSync('ed25519');
  const secret = passphrase();
  const seal = secret === undefined ? {} : { cipher: 'aes-256-cbc', passphrase: secret };
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem', ...seal });
  try {
    writeFileSync(path, pem, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    if (systemCode(cause) !== 'EEXIST') throw cause;
    const message = 'a private key is here already: use it, or move it away.';
    throw new KeyFailure({ code: 'ALREADY_DONE', message, path, cause });
  }
  return privateKey;
}
