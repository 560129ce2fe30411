import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { appendEvidence } from '../../adapters/postgres/evidence';
import { inTransaction } from '../../adapters/postgres/pool';
import { readRegistry } from '../../adapters/postgres/registry';
import { decodeCommand } from '../../proof/command-jws';
import { sha256Hex } from '../../proof/digest';
import { kidOf } from '../../proof/key-id';
import { after, DecisionDesk, noon } from './decision-desk';

// Whoever owns the database writes what they like into it. Nobody's vote may come of that.
const subject = 'c'.repeat(64);
let desk: DecisionDesk;
let incidentId: string;

beforeEach(async () => {
  desk = await DecisionDesk.open();
  await desk.enrol('olga', 'on-call');
  await desk.enrol('lena', 'legal');
  await desk.enrol('mary', 'management');
  incidentId = await desk.openIncident('olga');
  await desk.gates().open({ incidentId, gateId: 'close', subject, at: noon });
});
afterEach(() => desk.close());

const vote = (by: string, gate = 'close') => desk.vote({ incidentId, by, gate, subject });
const missing = async () =>
  (await desk.approvals().standing({ incidentId, gateId: 'close', subject })) as {
    approved: boolean;
    missing?: string[];
  };

/** A key of the insider's own, in a row as enrolment would have written it. */
async function slipKeyIn(person: string): Promise<string> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const publicKey = createPublicKey(privateKey);
  const [kid, pem] = [kidOf(publicKey), publicKey.export({ type: 'spki', format: 'pem' })];
  await desk.intruder.query(
    `INSERT INTO person_keys (kid, person_id, public_key, valid_from) VALUES ($1, $2, $3, $4)`,
    [kid, person, pem, '2020-01-01T00:00:00.000Z'],
  );
  desk.keys.set(person, privateKey);
  return kid;
}

/** A correctly hashed entry, as the insider's own program would append it. */
const slipEntryIn = (chain: string, entry: { actor: string; kind: string; body: object }) =>
  inTransaction(desk.intruder, (tx) =>
    appendEvidence(tx, { chain, at: noon, ...entry, body: { ...entry.body } }),
  );

describe('an insider at the database', () => {
  it('slips a key row in: 0 commands by that key are taken', async () => {
    await slipKeyIn('lena');
    expect(await vote('lena')).toBe('KEY_UNKNOWN');
    expect(await desk.verify('registry')).toMatchObject({ holds: false });
  });

  it('slips key and entry in, well hashed: still nobody, since no admin signed it', async () => {
    const kid = await slipKeyIn('lena');
    const body = { did: 'key-added', id: 'lena', key: kid };
    await slipEntryIn('registry', { actor: 'admin', kind: 'person', body });
    expect(await vote('lena')).toBe('KEY_UNKNOWN');
    const what = expect.stringContaining('there is no signed command behind it') as string;
    expect(await desk.verify('registry')).toMatchObject({ firstBreak: { what } });
  });

  it('gives a row another role: 0 roles more, and the row takes none away either', async () => {
    await desk.intruder.query(`UPDATE people SET roles = '{legal,management,admin}'`);
    expect(await vote('olga')).toBe('ROLE_MISSING');
    expect(await vote('lena')).toBe('accepted');
    const body = { id: 'eve', compromised: false, reason: 'x' };
    const jws = desk.sign('olga', { kind: 'people-revoke', body });
    expect(await desk.people().answer({ jws, at: noon })).toMatchObject({
      error: { code: 'ROLE_MISSING' },
    });
  });

  it('repeats an admin’s own old entry: what was done once is not done again', async () => {
    const first = (await desk.evidence('registry')).find(({ body }) => body['id'] === 'lena')!;
    await desk.enrol('lena', 'operations');
    expect(await vote('lena')).toBe('ROLE_MISSING');
    await slipEntryIn('registry', first);
    expect(await vote('lena')).toBe('ROLE_MISSING');
    const what = expect.stringContaining('is sealed already by entry 3') as string;
    expect(await desk.verify('registry')).toMatchObject({ firstBreak: { what } });
  });

  it('says in an entry more than the admin has signed: 0 of it is believed', async () => {
    const body = { id: 'lena', roles: ['legal' as const] };
    const jws = desk.sign('admin', { kind: 'people-change', body });
    const decoded = decodeCommand(jws);
    if (!('envelope' in decoded)) throw new Error('expected a command');
    const { jti } = decoded.envelope;
    const seal = { jti, kid: decoded.header.kid, jwsDigest: sha256Hex(jws) };
    await desk.intruder.query(
      `INSERT INTO commands (jti, person_id, kid, kind, jws, jws_digest, accepted, answer,
         received_at) VALUES ($1, 'admin', $2, 'people-change', $3, $4, true, '{}', $5)`,
      [jti, seal.kid, jws, seal.jwsDigest, noon],
    );
    const words = { did: 'changed', id: 'lena', parts: ['roles'], roles: ['management'] };
    await slipEntryIn('registry', { actor: 'admin', kind: 'person', body: { ...words, ...seal } });
    expect((await readRegistry(desk.pool)).people.get('lena')?.roles).toEqual(['legal']);
    const what = expect.stringContaining('something else than was signed') as string;
    expect(await desk.verify('registry')).toMatchObject({ firstBreak: { what } });
  });

  it('brings a revoked key back in its row: revoked it stays', async () => {
    await desk.revoke('lena', { at: after(-60) });
    await desk.intruder.query('UPDATE person_keys SET revoked_at = NULL');
    await desk.intruder.query('UPDATE people SET revoked_at = NULL');
    expect(await vote('lena')).toBe('KEY_REVOKED');
  });

  it('writes command, vote and entry by a key of their own: 0 effects begin', async () => {
    expect(await vote('mary')).toBe('accepted');
    await slipKeyIn('lena');
    await slipVoteIn('lena', ['legal']);
    await pass();
    const standing = await missing();
    expect(standing.approved).toBe(false);
    expect(standing.missing?.join()).toContain('the registry gives lena no such key');
  });

  it('puts another role under a true signature: the registry is asked what was held', async () => {
    expect(await vote('mary')).toBe('accepted');
    await slipVoteIn('olga', ['legal']);
    await pass();
    const standing = await missing();
    expect(standing.approved).toBe(false);
    expect(standing.missing?.join()).toContain('the registry gave olga other roles then');
  });

  it('breaks the chain at entry 4: from there on nobody is believed', async () => {
    await desk.intruder.query('ALTER TABLE evidence DISABLE TRIGGER USER');
    await desk.intruder.query(
      `UPDATE evidence SET entry = replace(entry, 'mary', 'marv'), hash = repeat('0', 64)
       WHERE chain = 'registry' AND seq = 4`,
    );
    expect((await readRegistry(desk.pool)).broken).toMatchObject({ seq: 4 });
    expect(await vote('mary')).toBe('KEY_UNKNOWN');
  });

  async function slipVoteIn(person: string, roles: string[]): Promise<void> {
    const ballot = { gate: 'close', opening: 1, decision: 'approve' };
    const jws = desk.sign(person, { kind: 'decide', incident: incidentId, subject, body: ballot });
    const decoded = decodeCommand(jws);
    if (!('envelope' in decoded)) throw new Error('expected a command');
    const { jti } = decoded.envelope;
    const seal = { jti, kid: decoded.header.kid, jwsDigest: sha256Hex(jws) };
    await desk.intruder.query(
      `INSERT INTO commands (jti, incident_id, person_id, kid, kind, jws, jws_digest, accepted,
         answer, received_at) VALUES ($1, $2, $3, $4, 'decide', $5, $6, true, '{}', $7)`,
      [jti, incidentId, person, seal.kid, jws, seal.jwsDigest, noon],
    );
    await desk.intruder.query(
      `INSERT INTO votes (incident_id, gate_id, opening, person_id, jti, decision, roles,
         accepted_at) VALUES ($1, 'close', 1, $2, $3, 'approve', $4, $5)`,
      [incidentId, person, jti, roles, noon],
    );
    const body = { ...ballot, subject, roles, ...seal };
    await slipEntryIn(incidentId, { actor: person, kind: 'vote', body });
  }

  async function pass(): Promise<void> {
    const body = { gate: 'close', opening: 1, subject };
    await slipEntryIn(incidentId, { actor: 'makewhole', kind: 'gate-passed', body });
    await desk.intruder.query(`UPDATE gates SET state = 'passed' WHERE gate_id = 'close'`);
  }
});

describe('a key that is revoked', () => {
  const tally = () =>
    desk.gates().tally({ incidentId, gateId: 'close', opening: 1, at: after(120) });

  it('voids its vote at a gate that is open: 1 seat is empty again', async () => {
    expect(await vote('lena')).toBe('accepted');
    await desk.revoke('lena', { at: after(60) });
    expect(await vote('mary')).toBe('accepted');
    expect(await tally()).toMatchObject({ state: 'open', missing: ['legal'] });
    desk.keys.delete('lena'); // With another key the same person votes again.
    await desk.enrol('lena', 'legal');
    expect(await vote('lena')).toBe('accepted');
    expect(await tally()).toMatchObject({ state: 'passed' });
  });

  it('leaves a gate that had passed as it is, unless it was compromised', async () => {
    await vote('lena');
    await vote('mary');
    expect(await tally()).toMatchObject({ state: 'passed' });
    await desk.revoke('lena', { at: after(3600) });
    expect(await missing()).toMatchObject({ approved: true });
    await desk.revoke('lena', { at: after(3700), compromised: true });
    expect(await missing()).toMatchObject({ approved: false });
  });
});

describe('the registry as its chain tells it', () => {
  it('is read once for each head, and from where it was read to', async () => {
    const before = await readRegistry(desk.pool);
    expect(await readRegistry(desk.pool)).toBe(before);
    await desk.enrol('finn', 'finance');
    const now = await readRegistry(desk.pool);
    expect([now.people.size, before.people.size]).toEqual([5, 4]);
    expect(now).toMatchObject({ flaws: [], head: { seq: 5 } });
  });
});
