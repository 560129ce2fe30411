import { appendEvidence } from '../../adapters/postgres/evidence';
import { inTransaction } from '../../adapters/postgres/pool';
import { sha256Hex } from '../../proof/digest';
import { after, DecisionDesk, noon } from './decision-desk';

const subject = '5'.repeat(64);
const other = '6'.repeat(64);
let desk: DecisionDesk;
let incidentId: string;

beforeAll(async () => {
  desk = await DecisionDesk.open();
  await desk.enrol('olga', 'on-call');
  await desk.enrol('lena', 'legal');
  await desk.enrol('lou', 'legal');
  await desk.enrol('mary', 'management');
  await desk.enrol('max', 'management');
});
afterAll(() => desk.close());
beforeEach(async () => {
  incidentId = await desk.openIncident('olga');
  await desk.gates().open({ incidentId, gateId: 'close', subject, at: noon });
});

const require = (about = subject) =>
  desk.approvals().require({ incidentId, gateId: 'close', subject: about });
const missing = async (about = subject) => {
  const found = await desk.approvals().standing({ incidentId, gateId: 'close', subject: about });
  return found.approved ? [] : found.missing;
};
const vote = (by: string) => desk.vote({ incidentId, by, gate: 'close', subject });
const tally = (opening = 1) =>
  desk.gates().tally({ incidentId, gateId: 'close', opening, at: noon });
const forge = (sql: string, ...values: unknown[]) => desk.intruder.query(sql, values);

async function pass(): Promise<void> {
  expect([await vote('lena'), await vote('mary')]).toEqual(['accepted', 'accepted']);
  expect(await tally()).toMatchObject({ state: 'passed' });
}

describe('an approval', () => {
  it('holds for the 1 digest that was signed and for no other', async () => {
    await pass();
    await expect(require()).resolves.toBeUndefined();
    await expect(require(other)).rejects.toMatchObject({
      code: 'APPROVAL_MISSING',
      kind: 'refused',
    });
    expect(await missing(other)).toEqual(['the gate was never opened on this digest']);
  });

  it('holds on when a later opening is about other content: 2 digests, 2 answers', async () => {
    await pass();
    await desk.gates().open({ incidentId, gateId: 'close', subject: other, at: after(60) });
    await expect(require()).resolves.toBeUndefined();
    await expect(require(other)).rejects.toThrow('missing: legal; management');
  });

  it('is missing while 1 of 2 votes is, and the message names it and the digest', async () => {
    await vote('lena');
    await expect(require()).rejects.toThrow(
      `${incidentId} needs gate close passed on digest ${subject}; missing: management`,
    );
  });

  it('is missing until the 2 votes have been counted', async () => {
    await vote('lena');
    await vote('mary');
    expect(await missing()).toEqual(['its opening 1 is open']);
  });

  it('is missing when 1 row says passed without votes; counting puts the row right', async () => {
    await forge(`UPDATE gates SET state = 'passed' WHERE incident_id = $1`, incidentId);
    expect(await missing()).toEqual(['legal', 'management']);
    expect(await tally()).toMatchObject({ state: 'open', missing: ['legal', 'management'] });
    expect((await desk.evidence(incidentId)).at(-1)).toMatchObject({
      kind: 'gate-opened',
      body: { because: 'recorded as passed without the votes for it' },
    });
    await pass();
    await expect(require()).resolves.toBeUndefined();
  });

  it('is missing when the gate is opened again after 1 row was forged to passed', async () => {
    await forge(`UPDATE gates SET state = 'passed' WHERE incident_id = $1`, incidentId);
    const again = await desk.gates().open({ incidentId, gateId: 'close', subject, at: noon });
    expect(again).toMatchObject({ opening: 2, state: 'open' });
  });

  it('is missing when 1 stored rule was softened to no seats', async () => {
    await forge(
      `UPDATE gates SET rule = '{"seats":[]}', makers = '{}', state = 'passed'
      WHERE incident_id = $1`,
      incidentId,
    );
    expect(await missing()).toEqual(['legal', 'management']);
  });

  it('needs evidence that it passed: 2 true votes and an updated row are not enough', async () => {
    await vote('lena');
    await vote('mary');
    await forge(`UPDATE gates SET state = 'passed' WHERE incident_id = $1`, incidentId);
    expect(await missing()).toEqual(['there is no evidence that it passed']);
  });
});

describe('a forged vote', () => {
  const insertVote = `INSERT INTO votes (incident_id, gate_id, opening, person_id, jti, decision,
    roles, accepted_at) VALUES ($1, 'close', 1, $2, $3, 'approve', $4, $5)`;

  it('on the command of 1 other deed counts for nothing', async () => {
    await vote('lena');
    const jti = 'x'.repeat(16) + incidentId.slice(-4);
    await desk.tell({ incidentId, by: 'mary', kind: 'take', jti });
    await forge(insertVote, incidentId, 'mary', jti, ['management'], noon);
    await forge(`UPDATE gates SET state = 'passed' WHERE incident_id = $1`, incidentId);
    const [needs, dropped] = await missing();
    expect(needs).toBe('management');
    expect(dropped).toBe(
      'the vote of mary does not count: there is no evidence that it was accepted',
    );
  });

  it("under somebody else's name counts for nothing: 1 row, 2 names", async () => {
    await vote('lena');
    await vote('mary');
    await forge('ALTER TABLE votes DISABLE TRIGGER votes_append_only');
    await forge(
      `UPDATE votes SET person_id = 'max' WHERE incident_id = $1 AND person_id = 'mary'`,
      incidentId,
    );
    await forge('ALTER TABLE votes ENABLE TRIGGER votes_append_only');
    expect(await tally()).toMatchObject({ state: 'open', missing: ['management'] });
  });

  it('on 1 digest does not count once the row of the gate names another', async () => {
    await vote('lena');
    await vote('mary');
    await forge('UPDATE gates SET subject = $2 WHERE incident_id = $1', incidentId, other);
    expect(await tally()).toMatchObject({ state: 'open', missing: ['legal', 'management'] });
  });

  it('by somebody who can write all 5 tables and has no key counts for nothing', async () => {
    await vote('lena');
    const { rows } = await desk.pool.query<{ kid: string }>(
      `SELECT kid FROM person_keys WHERE person_id = 'mary'`,
    );
    const { kid } = rows[0]!;
    const jti = `forged-${incidentId}`;
    const body = { gate: 'close', opening: 1, decision: 'approve' };
    const signed = desk.sign('mary', { kind: 'decide', incident: incidentId, subject, body, jti });
    const jws = `${signed.slice(0, -86)}${'A'.repeat(86)}`;
    const jwsDigest = sha256Hex(jws);
    await forge(
      `INSERT INTO commands (jti, incident_id, person_id, kid, kind, jws, jws_digest, accepted,
         answer, received_at) VALUES ($1, $2, 'mary', $3, 'decide', $4, $5, true, '{}', $6)`,
      ...[jti, incidentId, kid, jws, jwsDigest, noon],
    );
    await forge(insertVote, incidentId, 'mary', jti, ['management'], noon);
    const seal = { ...body, subject, roles: ['management'], jti, kid, jwsDigest };
    await inTransaction(desk.pool, (tx) =>
      appendEvidence(tx, { chain: incidentId, at: noon, actor: 'mary', kind: 'vote', body: seal }),
    );
    expect(await missing()).toEqual([
      'management',
      'the vote of mary does not count: the signature does not hold',
    ]);
  });

  it('turned from 1 rejection into an approval counts for nothing', async () => {
    await vote('lena');
    const no = { incidentId, by: 'mary', gate: 'close', subject, reason: 'no' };
    await desk.vote({ ...no, decision: 'reject' });
    await forge('ALTER TABLE votes DISABLE TRIGGER votes_append_only');
    await forge(`UPDATE votes SET decision = 'approve' WHERE incident_id = $1`, incidentId);
    await forge('ALTER TABLE votes ENABLE TRIGGER votes_append_only');
    expect(await tally()).toMatchObject({ state: 'open', missing: ['management'] });
  });

  it('moved from opening 1 to opening 2 counts for nothing', async () => {
    await vote('lena');
    await desk.gates().open({ incidentId, gateId: 'close', subject: other, at: noon });
    await desk.gates().open({ incidentId, gateId: 'close', subject, at: noon });
    await forge('ALTER TABLE votes DISABLE TRIGGER votes_append_only');
    await forge('UPDATE votes SET opening = 3 WHERE incident_id = $1', incidentId);
    await forge('ALTER TABLE votes ENABLE TRIGGER votes_append_only');
    expect(await tally(3)).toMatchObject({ missing: ['legal', 'management'] });
  });

  it('whose 1 signed text was edited counts for nothing', async () => {
    await vote('lena');
    await forge(
      `UPDATE commands SET jws = left(jws, -86) || repeat('A', 86)
       WHERE incident_id = $1 AND kind = 'decide'`,
      incidentId,
    );
    expect(await tally()).toMatchObject({ missing: ['legal', 'management'] });
  });

  it('gives nobody a role: roles come from 1 sealed entry, not from the row', async () => {
    await vote('lena');
    await forge('ALTER TABLE votes DISABLE TRIGGER votes_append_only');
    await forge(`UPDATE votes SET roles = '{management,legal}' WHERE incident_id = $1`, incidentId);
    await forge('ALTER TABLE votes ENABLE TRIGGER votes_append_only');
    expect((await tally()).missing).toEqual(['management']);
    expect(await desk.vote({ incidentId, by: 'lou', gate: 'close', subject })).toBe('accepted');
    expect((await tally()).missing).toEqual(['management']);
  });
});

describe('a key', () => {
  it('revoked 1 minute after the vote leaves the vote as it was', async () => {
    expect([await vote('lena'), await vote('max')]).toEqual(['accepted', 'accepted']);
    await tally();
    await desk.revoke('max', { at: after(60) });
    await expect(require()).resolves.toBeUndefined();
  });

  it('known as compromised makes its 1 vote worthless, and the gate opens again', async () => {
    await desk.enrol('mia', 'management');
    expect([await vote('lou'), await vote('mia')]).toEqual(['accepted', 'accepted']);
    await tally();
    await expect(require()).resolves.toBeUndefined();
    await desk.revoke('mia', { at: after(60), compromised: true });
    await expect(require()).rejects.toThrow(
      'the vote of mia does not count: the key was not valid',
    );
    const again = await desk.gates().open({ incidentId, gateId: 'close', subject, at: after(90) });
    expect(again).toMatchObject({ opening: 2, state: 'open' });
    expect((await desk.evidence(incidentId)).at(-1)).toMatchObject({
      body: { before: { opening: 1, ended: 'votes-void' } },
    });
  });
});

describe('a fact without evidence', () => {
  it('makes its author a maker from the beginning: 1 vote less, and none later', async () => {
    const gate = 'plan';
    await desk.gates().open({ incidentId, gateId: gate, subject, at: noon });
    const ask = { incidentId, by: 'lena', gate, subject };
    expect(await desk.vote(ask)).toBe('accepted');
    for (const person of ['lena', 'lou']) {
      const jti = `${person}-${incidentId}-take`;
      await desk.tell({ incidentId, by: person, kind: 'take', jti });
      await forge(
        `INSERT INTO facts (incident_id, subject_kind, subject_id, name, value, source, person_id,
           jti, given_at) VALUES ($1, 'deal', 'OLD', 'mark', '9', 'nobody', $2, $3, $4)`,
        ...[incidentId, person, jti, after(3600)],
      );
    }
    expect(await desk.vote({ ...ask, by: 'lou' })).toBe('SELF_APPROVAL');
    const { missing: needs } = await desk
      .gates()
      .tally({ ...ask, gateId: gate, opening: 1, at: noon });
    expect(needs).toEqual(['legal', 'finance', 'receipt by management']);
  });
});
