import { generateKeyPairSync } from 'node:crypto';
import { sha256Hex } from '../../proof/digest';
import { after, DecisionDesk, noon } from './decision-desk';

const subject = 'a'.repeat(64);
let desk: DecisionDesk;
let incidentId: string;
let calls = 0;

beforeAll(async () => {
  desk = await DecisionDesk.open();
  await desk.enrol('olga', 'on-call');
  await desk.enrol('eve', 'operations');
  await desk.enrol('lena', 'legal');
  await desk.enrol('mary', 'management');
  desk.keys.set('stranger', generateKeyPairSync('ed25519').privateKey);
});
afterAll(() => desk.close());
beforeEach(async () => {
  incidentId = await desk.openIncident('olga');
  await desk.gates().open({ incidentId, gateId: 'close', subject, at: noon });
});

const vote = (by: string): string => {
  const body = { gate: 'close', opening: 1, decision: 'approve' };
  return desk.sign(by, { kind: 'decide', incident: incidentId, subject, body });
};
const forged = (jws: string) => `${jws.slice(0, -86)}${'A'.repeat(86)}`;
const keep = (texts: (string | null)[], batch = `batch ${String((calls += 1))}`) =>
  desk.backlog().keep({ incidentId, batch, texts, at: noon });
const answer = (given: { call?: string; limit?: number; afresh?: boolean } = {}) => {
  const call = `call ${String((calls += 1))}`;
  const usual = { incidentId, call, limit: 100, afresh: false, at: after(60) };
  return desk.backlog().answerOldest({ ...usual, ...given });
};
type Row = { jws: string | null; copies: number; code: string | null; taken: boolean };
const rows = async (): Promise<Row[]> => {
  const { rows: found } = await desk.pool.query<Row>(
    `SELECT jws, copies, code, taken_at IS NOT NULL AS taken FROM command_inbox
     WHERE incident_id = $1 ORDER BY position`,
    [incidentId],
  );
  return found;
};
const votes = () => desk.count('FROM votes WHERE incident_id = $1', incidentId);
const refusals = async () =>
  (await desk.evidence(incidentId)).filter(({ kind }) => kind === 'refusal');

describe('the backlog of commands', () => {
  it('keeps 10,000 copies of 1 text as 1 row, and no batch counts twice', async () => {
    const jws = vote('lena');
    const many = Array.from({ length: 5000 }, () => jws);
    await keep(many, 'first');
    await keep(many, 'first');
    await keep(many, 'second');
    expect(await rows()).toEqual([{ jws, copies: 10_000, code: null, taken: false }]);
    expect(await answer()).toMatchObject({ answered: 1, left: false });
    await keep(many, 'third');
    expect(await answer()).toEqual({ answered: 0, left: false, nudge: [] });
    expect(await votes()).toBe(1);
    expect(await desk.verify(incidentId)).toMatchObject({ holds: true });
  });

  it('answers in the order of arrival: the first of 2 that take the incident has it', async () => {
    const take = (by: string) => desk.sign(by, { kind: 'take', incident: incidentId });
    await keep([take('eve'), take('olga')]);
    await answer({ limit: 1 });
    await answer({ limit: 1 });
    const entries = (await desk.evidence(incidentId)).filter(({ kind }) => kind === 'taken');
    expect(entries.map(({ actor }) => actor)[0]).toBe('eve');
  });

  it('counts 1 vote once when 4 desks answer it at the same time as an update', async () => {
    const jws = vote('lena');
    await keep([jws]);
    const updated = () => desk.send({ incidentId, jws });
    await Promise.all([answer(), answer(), updated(), answer(), answer()]);
    expect(await votes()).toBe(1);
    expect(await rows()).toMatchObject([{ code: null, taken: true }]);
  });

  it('refuses what nobody signed with 1 entry of evidence each, and keeps no junk', async () => {
    const strange = vote('stranger');
    const spoilt = forged(vote('lena'));
    const junk = 'not a command: \u0000 ☠';
    await keep([strange, junk, spoilt, null, junk, null, null]);
    expect(await answer()).toEqual({ answered: 4, left: false, nudge: [] });
    expect(await rows()).toEqual([
      { jws: strange, copies: 1, code: 'KEY_UNKNOWN', taken: true },
      { jws: null, copies: 2, code: 'MALFORMED', taken: true },
      { jws: spoilt, copies: 1, code: 'SIGNATURE_INVALID', taken: true },
      { jws: null, copies: 3, code: 'MALFORMED', taken: true },
    ]);
    const said = (await refusals()).map(({ body }) => [body['code'], body['copies']]);
    expect(said.map(String).sort()).toEqual(
      ['KEY_UNKNOWN,', 'MALFORMED,2', 'MALFORMED,3', 'SIGNATURE_INVALID,'].sort(),
    );
    const digests = (await refusals()).map(({ body }) => body['jwsDigest']);
    expect(digests).toEqual(expect.arrayContaining([strange, junk, spoilt].map(sha256Hex)));
    expect(await desk.count('FROM commands WHERE incident_id = $1', incidentId)).toBe(1);
    expect(await desk.verify(incidentId)).toMatchObject({ holds: true });
  });

  it('refuses a signed command under its own code, 1 time, like the desk itself', async () => {
    await keep([vote('eve'), desk.sign('lena', { kind: 'take', incident: 'INC-2026-9999' })]);
    await answer();
    await answer();
    expect((await refusals()).map(({ body }) => body['code'])).toEqual([
      'ROLE_MISSING',
      'INCIDENT_UNKNOWN',
    ]);
  });

  it('nudges the same 2 gates when a call is tried again, nobody in the next call', async () => {
    await desk.gates().open({ incidentId, gateId: 'letters/advice', subject, at: noon });
    const body = { gate: 'letters/advice', opening: 1, decision: 'approve' };
    const other = desk.sign('lena', { kind: 'decide', incident: incidentId, subject, body });
    await keep([vote('lena'), other]);
    const gates = ['close', 'letters/advice'].map((gate) => `${incidentId}/gate/${gate}`);
    expect((await answer({ call: 'one' })).nudge).toEqual(gates);
    expect((await answer({ call: 'one' })).nudge).toEqual(gates);
    expect((await answer({ call: 'two' })).nudge).toEqual([]);
    const afresh = await answer({ call: 'three', afresh: true });
    expect(afresh.nudge).toEqual([incidentId, `${incidentId}/paging`, ...gates]);
  });

  it('goes on past 1 command that cannot be answered, and tells when only it is left', async () => {
    await desk.intruder.query(`
      CREATE FUNCTION stumble() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'stumbled'; END $$;
      CREATE TRIGGER stumble BEFORE INSERT ON votes FOR EACH ROW
        WHEN (NEW.person_id = 'lena') EXECUTE FUNCTION stumble()`);
    await keep([vote('lena'), vote('mary'), 'junk']);
    expect(await answer()).toMatchObject({ answered: 2, left: true });
    await expect(answer()).rejects.toThrow('stumbled');
    await desk.intruder.query('DROP TRIGGER stumble ON votes; DROP FUNCTION stumble()');
    expect(await answer()).toMatchObject({ answered: 1, left: false });
    expect(await votes()).toBe(2);
  });

  it('lets workers neither delete a row nor change 1 of its texts', async () => {
    await keep([vote('lena')]);
    for (const sql of [
      'DELETE FROM command_inbox',
      `UPDATE command_inbox SET jws = 'x'`,
      `UPDATE command_inbox SET digest = 'x'`,
    ]) {
      await expect(desk.pool.query(sql)).rejects.toThrow('permission denied');
    }
  });
});
