import type { CommandBody } from '../../contracts/command';
import { after, DecisionDesk, noon } from './decision-desk';

let desk: DecisionDesk;
let incidentId: string;

beforeAll(async () => {
  desk = await DecisionDesk.open();
  await desk.enrol('olga', 'on-call');
  await desk.enrol('ed', 'engineering');
  await desk.enrol('lena', 'legal');
});
afterAll(() => desk.close());
beforeEach(async () => {
  incidentId = await desk.openIncident('olga', ['OLD']);
});

const wait = (waitingFor: string, waitId: string) =>
  desk.pool.query(
    `INSERT INTO waits (incident_id, waiting_for, wait_id, since) VALUES ($1, $2, $3, $4)`,
    [incidentId, waitingFor, waitId, noon],
  );
const waiting = () =>
  desk.count('FROM waits WHERE incident_id = $1 AND over_at IS NULL', incidentId);
const last = async () => (await desk.evidence(incidentId)).at(-1);

describe('take', () => {
  it('ends the paging; 1 other person may take it over, with the first time on file', async () => {
    await wait('take', 'take');
    const take = { incidentId, kind: 'take' as const };
    expect(await desk.tell({ ...take, by: 'olga' })).toBe('accepted');
    expect(await waiting()).toBe(0);
    expect(await desk.tell({ ...take, by: 'olga' })).toBe('ALREADY_DONE');
    const jws = desk.sign('ed', { kind: 'take', incident: incidentId });
    const { answer, nudge } = await desk.send({ incidentId, jws, at: after(60) });
    expect(answer).toMatchObject({ accepted: true, note: 'taken over from olga' });
    expect(nudge).toEqual([`${incidentId}/paging`, incidentId]);
    const { rows } = await desk.pool.query(
      'SELECT taken_by AS by, taken_at AS at FROM incidents WHERE incident_id = $1',
      [incidentId],
    );
    expect(rows).toEqual([{ by: 'ed', at: new Date(noon) }]);
    expect(await last()).toMatchObject({ kind: 'taken', actor: 'ed', body: { from: 'olga' } });
  });
});

describe('correct-fact', () => {
  const fact: CommandBody<'correct-fact'> = {
    subject: 'deal',
    id: 'OLD',
    name: 'mark',
    value: '3.00',
    source: 'the valuer',
  };

  it('ends the 1 wait of that name, and keeps the value out of evidence', async () => {
    await wait('fact', 'OLD/mark');
    await wait('fact', 'OLD/error_clause');
    expect(await desk.tell({ incidentId, by: 'lena', kind: 'correct-fact', body: fact })).toBe(
      'accepted',
    );
    expect(await waiting()).toBe(1);
    const entry = await last();
    expect(entry).toMatchObject({ kind: 'fact', body: { id: 'OLD', name: 'mark' } });
    expect(JSON.stringify(entry)).not.toMatch(/3\.00|valuer/);
  });

  it('about a deal that is not in the 1 bound import is NOT_FOUND', async () => {
    const { rows } = await desk.intruder.query<{ id: string }>(
      `INSERT INTO snapshots (digest, source, imported_at, deal_count, investor_count,
         commitment_count)
       VALUES ($1, 'test', $2, 0, 0, 0) RETURNING snapshot_id AS id`,
      [`${incidentId.slice(-4)}${'0'.repeat(60)}`, noon],
    );
    await desk.intruder.query('UPDATE incidents SET snapshot_id = $2 WHERE incident_id = $1', [
      incidentId,
      rows[0]!.id,
    ]);
    const tell = (body: CommandBody<'correct-fact'>) =>
      desk.tell({ incidentId, by: 'lena', kind: 'correct-fact', body });
    expect(await tell({ ...fact, id: 'NEVER' })).toBe('NOT_FOUND');
    expect(await tell({ ...fact, subject: 'investor', id: 'E' })).toBe('NOT_FOUND');
    expect(await tell(fact)).toBe('accepted');
  });
});

describe('redraft', () => {
  const tell = (deal: string, remedy: string) => {
    const body = { deal, remedy, reason: 'the company asks for it' };
    return desk.tell({ incidentId, by: 'lena', kind: 'redraft', body });
  };
  let subject: string;
  beforeEach(async () => {
    subject = await desk.planOnFile(incidentId);
    for (const [remedy, standing] of Object.entries({
      R8: 'open',
      R2: 'blocked',
      R3: 'notYetOffered',
    })) {
      const gates = [{ gate: 'clause', result: 'fail', says: 'there is no clause.' }];
      await desk.pool.query(
        `INSERT INTO options (incident_id, version, deal_id, remedy, option)
         VALUES ($1, 1, $2, $3, $4)`,
        [incidentId, 'OLD', remedy, JSON.stringify({ remedy, standing, gates })],
      );
    }
  });

  it('chooses among the 3 computed options of a deal, and none that is blocked', async () => {
    expect(await tell('OLD', 'R2')).toBe('OPTION_BLOCKED');
    expect(await tell('OLD', 'R3')).toBe('OPTION_BLOCKED');
    expect(await tell('OLD', 'R7')).toBe('NOT_FOUND');
    expect(await tell('NEW', 'R8')).toBe('NOT_FOUND');
    expect(await tell('OLD', 'R8')).toBe('accepted');
    expect(await last()).toMatchObject({ kind: 'redraft', body: { deal: 'OLD', remedy: 'R8' } });
  });

  it('makes nobody a maker: legal may vote on what 1 redraft led to', async () => {
    expect(await tell('OLD', 'R8')).toBe('accepted');
    await desk.gates().open({ incidentId, gateId: 'plan', subject, at: noon });
    expect(await desk.vote({ incidentId, by: 'lena', gate: 'plan', subject })).toBe('accepted');
  });
});

describe('a closed incident', () => {
  it('takes no command any more: 1 take is INCIDENT_CLOSED', async () => {
    await desk.intruder.query('UPDATE incidents SET closed_at = now() WHERE incident_id = $1', [
      incidentId,
    ]);
    expect(await desk.tell({ incidentId, by: 'olga', kind: 'take' })).toBe('INCIDENT_CLOSED');
  });
});

describe('every command', () => {
  it('accepted or refused has 1 entry of evidence with its jti and digest', async () => {
    await desk.tell({ incidentId, by: 'olga', kind: 'take' });
    await desk.tell({ incidentId, by: 'lena', kind: 'take' });
    const { rows } = await desk.pool.query<{ jti: string; digest: string; accepted: boolean }>(
      'SELECT jti, jws_digest AS digest, accepted FROM commands WHERE incident_id = $1',
      [incidentId],
    );
    const entries = await desk.evidence(incidentId);
    expect(rows.map(({ accepted }) => accepted).sort()).toEqual([false, true, true]);
    for (const { jti, digest } of rows) {
      const mine = entries.filter(({ body }) => body['jti'] === jti);
      expect(mine).toMatchObject([{ body: { jwsDigest: digest } }]);
    }
  });
});
