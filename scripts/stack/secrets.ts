import { generateKeyPairSync, randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** Paths of the key pair with which this installation signs its own instruments. */
export interface InstanceKeys {
  readonly privateKeyPath: string;
  readonly publicKeyPath: string;
}

/** Where the installation's key pair lies or will lie. */
export function instanceKeyPaths(stateDir: string): InstanceKeys {
  const folder = join(stateDir, 'keys');
  return {
    privateKeyPath: join(folder, 'instance-key.pem'),
    publicKeyPath: join(folder, 'instance-key.pub.pem'),
  };
}

function keysFolder(stateDir: string): string {
  const folder = join(stateDir, 'keys');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  return folder;
}

/** Writes a file that was not there; of two writers at once the first one's text stays. */
function writeOnce(path: string, text: string): void {
  const fresh = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(fresh, text, { mode: 0o600 });
  try {
    linkSync(fresh, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** A random password kept in the state folder, readable by its owner alone; made on first use. */
export function readSecret(stateDir: string, name: string): string {
  const path = join(keysFolder(stateDir), name);
  if (!existsSync(path)) writeOnce(path, `${randomBytes(24).toString('hex')}\n`);
  return readFileSync(path, 'utf8').trim();
}

/** The installation's Ed25519 key pair as PEM files (PKCS #8, SPKI); made on first use. */
export function instanceKeys(stateDir: string): InstanceKeys {
  keysFolder(stateDir);
  const { privateKeyPath, publicKeyPath } = instanceKeyPaths(stateDir);
  if (!existsSync(publicKeyPath)) {
    rmSync(privateKeyPath, { force: true });
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    writeOnce(privateKeyPath, String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
    writeOnce(publicKeyPath, String(publicKey.export({ type: 'spki', format: 'pem' })));
  }
  return { privateKeyPath, publicKeyPath };
}
