import type { BreakGlass, FirstAdmin } from '../../activities/ports/people';
import { digestOf } from '../../proof/digest';
import { activeAdmins } from '../../proof/registry';
import { breakGlassPayload } from '../../proof/registry-entries';
import { keyIdOf } from '../../proof/registry-words';
import { insertKey, peopleChanges } from './commands/people-changes';
import { appendEvidence, headOf } from './evidence';
import { lockDecisions } from './incident-lock';
import type { Queryable } from './pool';
import { Refused } from './refused';
import { readRegistry } from './registry';

const registry = 'registry';

/** Enrols the first admin, in the first entry of the registry: all others rest on that one. */
export async function enrolFirstAdmin(tx: Queryable, first: FirstAdmin): Promise<string> {
  const { id, name, email, publicKeyPem, instancePublicKeyPem, at } = first;
  await lockDecisions(tx, registry);
  const { rowCount } = await tx.query('SELECT FROM people LIMIT 1');
  if (rowCount !== 0) {
    throw new Refused(
      'ALREADY_DONE',
      'people are enrolled here already, so the first admin is made; ' +
        'an admin enrols others with ./makewhole people add.',
    );
  }
  const kid = keyIdOf(publicKeyPem);
  await tx.query(
    `INSERT INTO people (person_id, name, email, roles, enrolled_at, enrolled_by)
     VALUES ($1, $2, $3, '{admin}', $4, 'makewhole')`,
    [id, name, email, at],
  );
  await insertKey(tx, { id, publicKey: publicKeyPem, at });
  const pinned =
    instancePublicKeyPem === undefined ? {} : { instanceKey: keyIdOf(instancePublicKeyPem) };
  const body = { did: 'first-admin', id, roles: ['admin'], key: kid, interests: [], ...pinned };
  await appendEvidence(tx, { chain: registry, at, actor: 'makewhole', kind: 'person', body });
  return kid;
}

/** Makes an admin where none is left who could, on the signature of the installation's own key. */
export async function breakGlass(
  tx: Queryable,
  given: BreakGlass,
): Promise<{ kid: string; ended: string[] }> {
  const { id, name, email, publicKeyPem, reason, at, signer } = given;
  await lockDecisions(tx, registry);
  const told = await readRegistry(tx);
  if (told.instanceKey !== keyIdOf(signer.publicKeyPem)) {
    const message =
      'the registry was begun under another installation key than the one that lies here; ' +
      'break-glass works only with that one: restore it from your backup.';
    throw new Refused('KEY_UNKNOWN', message);
  }
  const kid = keyIdOf(publicKeyPem);
  if (told.keys.has(kid)) {
    throw new Refused('OPTION_BLOCKED', `key ${kid} was enrolled before; make a new one for ${id}`);
  }
  const ended = activeAdmins(told);
  for (const admin of new Set([...ended, id])) {
    const body = { id: admin, compromised: false, reason };
    await peopleChanges['people-revoke'](tx, { body, by: 'makewhole', at });
  }
  const entry = { id, name, email, roles: ['admin' as const], interests: [] };
  const body = { ...entry, publicKey: publicKeyPem };
  await peopleChanges['people-add'](tx, { body, by: 'makewhole', at });
  const { hash: after } = await headOf(tx, registry);
  const reasonDigest = digestOf(reason);
  const payload = breakGlassPayload({ id, key: kid, reasonDigest, after });
  const instrument = signer.sign('makewhole-instrument+jws', payload);
  const signed = { instrument, signedBy: signer.publicKeyPem };
  const said = { did: 'break-glass', id, roles: ['admin'], key: kid, interests: [], reasonDigest };
  await appendEvidence(tx, {
    ...{ chain: registry, at, actor: 'makewhole', kind: 'person' },
    body: { ...said, ...signed },
  });
  return { kid, ended: ended.filter((admin) => admin !== id) };
}
