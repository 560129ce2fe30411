import { readFileSync } from 'node:fs';
import type { EvidenceLog } from '../activities/ports/evidence-log';
import type { InstanceSigner } from '../activities/ports/instance-signer';
import type { People } from '../activities/ports/people';
import { postgresEvidenceLog } from '../adapters/postgres/evidence-log';
import { postgresPeople } from '../adapters/postgres/people';
import { openPool } from '../adapters/postgres/pool';
import { openInstanceSigner } from '../adapters/signing/instance-signer';
import { makeNextSigner, makeSigner, takeUpNextKey } from '../adapters/signing/person-signer';

/** What commands about people and evidence need of the database. */
export type Registry = {
  readonly people: People;
  readonly evidence: EvidenceLog;
  close(): Promise<void>;
};

/** Connects to people and evidence in Postgres; close it in the end. */
export function wireRegistry(databaseUrl: string): Registry {
  const pool = openPool(databaseUrl, { max: 2, name: 'makewhole-command' });
  return {
    people: postgresPeople(pool),
    evidence: postgresEvidenceLog(pool),
    close: () => pool.end(),
  };
}

/** A person's key in the state folder, made when there is none: id, public half, where it lies. */
export function makeKey(
  stateDir: string,
  personId: string,
): { kid: string; publicKeyPem: string; path: string } {
  const { kid, publicKeyPem, path } = makeSigner(stateDir, personId);
  return { kid, publicKeyPem, path };
}

/**
 * The key that is to take the place of a person's in the state folder: made when there is none yet,
 * so that a second try, or a second admin's, means the same one. `takeUp` puts it in its place.
 */
export function makeNextKey(
  stateDir: string,
  personId: string,
): { publicKeyPem: string; takeUp: () => string } {
  const { publicKeyPem } = makeNextSigner(stateDir, personId);
  return { publicKeyPem, takeUp: () => takeUpNextKey(stateDir, personId) };
}

/** The installation's own signer, for what nobody else is left to sign. */
export const installationSigner = (path: string): InstanceSigner => openInstanceSigner(path);

/**
 * Enrols `admin` with a key in the state folder when nobody is enrolled yet; says whether it did.
 *
 * Retry: with anybody enrolled it changes nothing and makes no key.
 */
export async function makeFirstAdmin(given: {
  databaseUrl: string;
  stateDir: string;
  /** Where the installation's public key lies: the registry begins by naming it. */
  instancePublicKeyPath?: string;
  at: string;
}): Promise<boolean> {
  const registry = wireRegistry(given.databaseUrl);
  const { people } = registry;
  try {
    if ((await people.list()).length > 0) return false;
    const { publicKeyPem } = makeKey(given.stateDir, 'admin');
    const email = 'admin@localhost.invalid';
    await people.bootstrapAdmin({
      id: 'admin',
      name: 'Administrator',
      email,
      publicKeyPem,
      ...instanceKeyAt(given.instancePublicKeyPath),
      at: given.at,
    });
    return true;
  } finally {
    await registry.close();
  }
}

function instanceKeyAt(path: string | undefined): { instancePublicKeyPem?: string } {
  return path === undefined ? {} : { instancePublicKeyPem: readFileSync(path, 'utf8') };
}
