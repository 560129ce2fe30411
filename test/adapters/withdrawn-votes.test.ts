import { postgresEvidenceLog } from '../../adapters/postgres/evidence-log';
import { postgresPlans } from '../../adapters/postgres/plans';
import { after, DecisionDesk, noon } from './decision-desk';

const subject = '3'.repeat(64);
let desk: DecisionDesk;
let incidentId: string;

beforeAll(async () => {
  desk = await DecisionDesk.open();
  await desk.enrol('olga', 'on-call finance');
  await desk.enrol('lena', 'legal');
  await desk.enrol('lou', 'legal');
  await desk.enrol('finn', 'finance');
  await desk.enrol('mary', 'management');
  await desk.enrol('max', 'management');
});
afterAll(() => desk.close());
beforeEach(async () => {
  incidentId = await desk.openIncident('olga');
  await desk.gates().open({ incidentId, gateId: 'close', subject, at: noon });
});

type Of = { gate?: string; opening?: number; subject?: string; at?: string };
const vote = (by: string, of: Of & { decision?: 'approve' | 'reject' } = {}) =>
  desk.vote({ incidentId, by, gate: 'close', subject, ...of });
const withdraw = (by: string, { gate = 'close', opening = 1, at, ...of }: Of = {}) => {
  const body = { gate, opening, reason: 'the dates are wrong' };
  const signedAt = at === undefined ? 0 : (Date.parse(at) - Date.parse(noon)) / 1000;
  const told = { incidentId, by, kind: 'withdraw-vote' as const, subject, body, signedAt, ...of };
  return desk.tell({ ...told, ...(at && { at }) });
};
const tally = (opening = 1, gateId = 'close') =>
  desk.gates().tally({ incidentId, gateId, opening, at: noon });
const behind = (sql: string) =>
  desk.intruder.query(`BEGIN; SET LOCAL session_replication_role = replica; ${sql}; COMMIT`);

describe('a vote that is withdrawn', () => {
  it('counts no more, and may be given again: 1 person, 1 vote, 3 entries', async () => {
    await vote('lena');
    expect(await withdraw('lena')).toBe('accepted');
    expect(await tally()).toMatchObject({ state: 'open', missing: ['legal', 'management'] });
    expect(await vote('lena')).toBe('accepted');
    expect(await vote('lena')).toBe('ALREADY_VOTED');
    await vote('mary');
    expect(await tally()).toMatchObject({ state: 'passed' });
    const told = (await desk.evidence(incidentId)).filter(({ actor }) => actor === 'lena');
    expect(told.map(({ kind }) => kind)).toEqual(['vote', 'vote-withdrawn', 'vote', 'refusal']);
    expect(await desk.verify(incidentId)).toMatchObject({ holds: true });
  });

  it('stays withdrawn however its rows are put: 1 vote of 2 is missing', async () => {
    await vote('lena');
    await vote('mary');
    await withdraw('lena');
    await behind(`DELETE FROM commands WHERE kind = 'withdraw-vote'`);
    await behind(`UPDATE votes SET round = 7 WHERE incident_id = '${incidentId}'`);
    expect(await tally()).toMatchObject({ state: 'open', missing: ['legal'] });
    expect(await desk.verify(incidentId)).toMatchObject({ holds: false });
  });

  it('was a rejection: the gate is open again for the other 2', async () => {
    await vote('lou', { decision: 'reject' });
    expect(await withdraw('lou')).toBe('accepted');
    await vote('lena');
    await vote('mary');
    expect(await tally()).toMatchObject({ state: 'passed' });
  });

  it('was a rejection, taken back by a key that turns out stolen: it stands again', async () => {
    await desk.enrol('lisa', 'legal');
    await vote('lisa', { decision: 'reject' });
    await desk.addKey('lisa');
    expect(await withdraw('lisa')).toBe('accepted');
    await vote('lena');
    await vote('mary');
    expect(await tally()).toMatchObject({ state: 'passed' });
    await desk.revokeKey('lisa');
    const standing = await desk.approvals().standing({ incidentId, gateId: 'close', subject });
    expect(standing).toMatchObject({ approved: false, rejected: true });
  });

  it('was a rejection: an entry that no command made takes it back for 0 people', async () => {
    await vote('lou', { decision: 'reject' });
    const { rows } = await desk.pool.query<{ jti: string }>(
      `SELECT jti FROM votes WHERE incident_id = $1 AND person_id = 'lou'`,
      [incidentId],
    );
    await desk.forge(incidentId, { kind: 'vote-withdrawn', body: { vote: rows[0]!.jti } });
    await vote('lena');
    await vote('mary');
    expect(await tally()).toMatchObject({ state: 'rejected' });
  });

  it.each<[string, () => Promise<unknown>, () => Promise<string>, string]>([
    ['of nobody', () => vote('mary'), () => withdraw('lena'), 'NOT_FOUND'],
    [
      'a second time',
      async () => [await vote('lena'), await withdraw('lena')],
      () => withdraw('lena'),
      'NOT_FOUND',
    ],
    [
      'once the gate has passed',
      async () => [await vote('lena'), await vote('mary'), await tally()],
      () => withdraw('lena'),
      'GATE_CLOSED',
    ],
    [
      'of another opening',
      () => vote('lena'),
      () => withdraw('lena', { opening: 2 }),
      'GATE_CLOSED',
    ],
    [
      'on another digest',
      () => vote('lena'),
      () => withdraw('lena', { subject: '4'.repeat(64) }),
      'DIGEST_STALE',
    ],
    [
      'after its 14 days',
      () => vote('lena'),
      () => withdraw('lena', { at: after(14 * 86_400) }),
      'GATE_CLOSED',
    ],
  ])('%s is refused as it must be', async (_, before, attempt, code) => {
    await before();
    expect(await attempt()).toBe(code);
  });

  it('by an entry that no command made is found, and lets nothing pass: 1 break', async () => {
    await vote('lena');
    await vote('mary');
    const { rows } = await desk.pool.query<{ jti: string }>(
      `SELECT jti FROM votes WHERE incident_id = $1 AND person_id = 'mary'`,
      [incidentId],
    );
    await desk.forge(incidentId, { kind: 'vote-withdrawn', body: { vote: rows[0]!.jti } });
    expect(await tally()).toMatchObject({ state: 'open', missing: ['management'] });
    const verdict = await postgresEvidenceLog(desk.pool).verify(incidentId);
    expect(JSON.stringify(verdict)).toContain(
      'it says vote-withdrawn, which only a signed command',
    );
  });
});

describe('a vote that is gone', () => {
  it('taken out of its table stops the gate it was given at: 1 name is missing', async () => {
    await vote('lou', { decision: 'reject' });
    await vote('lena');
    await vote('mary');
    await behind(`DELETE FROM votes WHERE person_id = 'lou'`);
    const gone = 'the vote of lou, which is gone';
    expect(await tally()).toMatchObject({ state: 'open', missing: [gone] });
  });
});

describe('2 people on either side of a stand-in', () => {
  const stand = (id: string, standIn: string) =>
    desk.standIn({ id, standIn, from: after(-3600), until: after(86_400) });

  it('count as 1: the second is refused, and a row that says otherwise is dropped', async () => {
    await desk.enrol('rita', 'legal management');
    await desk.enrol('rolf', 'management legal');
    await stand('rita', 'rolf');
    expect(await vote('rita')).toBe('accepted');
    expect(await vote('rolf')).toBe('ALREADY_VOTED');
    await desk.revoke('rita', { at: after(60) });
    await desk.revoke('rolf', { at: after(60) });
  });

  it('made before and stood in for after count as 1 when votes are counted again', async () => {
    await desk.enrol('sara', 'legal');
    await desk.enrol('sven', 'legal management');
    expect(await vote('sara')).toBe('accepted');
    expect(await vote('sven')).toBe('accepted');
    expect(
      (await desk.approvals().standing({ incidentId, gateId: 'close', subject })).approved,
    ).toBe(false);
    expect((await tally()).state).toBe('passed');
    await stand('sara', 'sven');
    const standing = await desk.approvals().standing({ incidentId, gateId: 'close', subject });
    expect(JSON.stringify(standing)).toContain('the other side of a stand-in has voted before');
  });

  it('make as 1: a maker’s stand-in has no vote on what the maker made', async () => {
    await desk.enrol('oskar', 'finance');
    await stand('olga', 'oskar');
    await desk.gates().open({ incidentId, gateId: 'plan', subject, at: noon });
    expect(await vote('oskar', { gate: 'plan' })).toBe('SELF_APPROVAL');
    expect(await vote('finn', { gate: 'plan' })).toBe('accepted');
  });
});

describe('what was rejected', () => {
  const ask = (by: string) => {
    const body = { gate: 'plan', opening: 1, reason: 'finance has the valuation now' };
    return desk.tell({ incidentId, by, kind: 'ask-again', subject, body });
  };
  const open = (at = noon) => desk.gates().open({ incidentId, gateId: 'plan', subject, at });
  const rejected = async () => desk.approvals().standing({ incidentId, gateId: 'plan', subject });

  it('is decided again once 1 person has signed so, with every vote anew', async () => {
    await open();
    expect(await ask('lena')).toBe('GATE_CLOSED');
    await vote('lena', { gate: 'plan' });
    await vote('finn', { gate: 'plan', decision: 'reject' });
    expect(await tally(1, 'plan')).toMatchObject({ state: 'rejected' });
    expect(await open()).toMatchObject({ opening: 1, state: 'rejected' });
    expect(await rejected()).toMatchObject({ approved: false, rejected: true });
    expect(await ask('max')).toBe('accepted');
    expect(await ask('lena')).toBe('ALREADY_DONE');
    expect(await rejected()).toMatchObject({ approved: false, rejected: false });
    expect(await open()).toMatchObject({ opening: 2, state: 'open' });
    expect(await tally(2, 'plan')).toMatchObject({
      missing: ['legal', 'finance', 'receipt by management'],
    });
    expect(await desk.verify(incidentId)).toMatchObject({ holds: true });
  });

  it('in the middle of its settlement is a plan to decide again, once 1 asks for it', async () => {
    const digest = await desk.planOnFile(incidentId);
    const unsigned = () => postgresPlans(desk.pool).unsigned(incidentId);
    const gate = { incidentId, gateId: 'plan', subject: digest, at: noon };
    const about = { gate: 'plan', subject: digest };
    await desk.gates().open(gate);
    await desk.receipt(incidentId, 'mary');
    await desk.enrol('fay', 'finance');
    for (const by of ['lena', 'fay']) await vote(by, about);
    expect(await tally(1, 'plan')).toMatchObject({ state: 'passed' });
    await desk.revoke('fay', { at: after(60), compromised: true });
    expect(await unsigned()).toEqual({ version: 1, digest });
    await desk.gates().open(gate);
    await vote('finn', { ...about, opening: 2, decision: 'reject' });
    await tally(2, 'plan');
    expect(await unsigned()).toBeNull();
    const body = { gate: 'plan', opening: 2, reason: 'the rest is owed all the same' };
    const again = { incidentId, by: 'lena', kind: 'ask-again' as const, subject: digest, body };
    expect(await desk.tell(again)).toBe('accepted');
    expect(await unsigned()).toEqual({ version: 1, digest });
    expect(await desk.gates().open(gate)).toMatchObject({ opening: 3, state: 'open' });
  });
});
