import { fenced } from '../../activities/fenced';
import { postgresHolds } from '../../adapters/postgres/holds';
import { postgresRuns } from '../../adapters/postgres/runs';
import { postgresStages } from '../../adapters/postgres/stages';
import { DecisionDesk, noon } from './decision-desk';

let desk: DecisionDesk;
let incidentId: string;

beforeAll(async () => {
  desk = await DecisionDesk.open();
  await desk.enrol('olga', 'on-call');
  await desk.enrol('erik', 'engineering');
  await desk.enrol('lena', 'legal');
});
afterAll(() => desk.close());
beforeEach(async () => {
  incidentId = await desk.openIncident('olga');
});

const runs = () => postgresRuns(desk.pool);
const resume = async (by: string, after: number): Promise<string> => {
  const jws = desk.sign(by, { incident: incidentId, kind: 'resume', body: { after } });
  const { answer } = await desk.inbox().resume({ incidentId, jws, at: noon });
  return answer.accepted ? 'accepted' : answer.error.code;
};
const rows = async () => {
  const { rows: found } = await desk.pool.query<{ line: string }>(
    `SELECT number || CASE WHEN ended_at IS NULL THEN ' live' ELSE ' over' END AS line
     FROM runs WHERE incident_id = $1 ORDER BY number`,
    [incidentId],
  );
  return found.map(({ line }) => line);
};
const close = () =>
  postgresStages(desk.pool).close({
    incidentId,
    at: noon,
    outcome: 'no-impact',
    planVersions: 0,
    postMortem: '',
  });

describe('the runs of an incident', () => {
  it('are 1 from its opening on, with the command that opened it', async () => {
    expect(await rows()).toEqual(['1 live']);
    const { rowCount } = await desk.pool.query(
      'SELECT FROM runs JOIN commands USING (jti) WHERE runs.incident_id = $1',
      [incidentId],
    );
    expect(rowCount).toBe(1);
  });

  it('are 2 after a signed resume, of which 1 is live, and evidence says who and why', async () => {
    expect(await resume('erik', 1)).toBe('accepted');
    expect(await rows()).toEqual(['1 over', '2 live']);
    const last = (await desk.evidence(incidentId)).at(-1);
    expect(last).toMatchObject({ kind: 'resumed', actor: 'erik', body: { run: 2, after: 1 } });
    expect(await desk.verify(incidentId)).toMatchObject({ holds: true });
  });

  it('are 2 when 2 people replace run 1 at once: the other one is told', async () => {
    const answers = await Promise.all([resume('olga', 1), resume('erik', 1)]);
    expect(answers.sort()).toEqual(['ALREADY_DONE', 'accepted']);
    expect(await rows()).toEqual(['1 over', '2 live']);
  });

  it('are never 2 live ones, whoever writes the row', async () => {
    const second = `INSERT INTO runs (incident_id, number, started_at) VALUES ($1, 2, now())`;
    await expect(desk.pool.query(second, [incidentId])).rejects.toThrow('runs_one_live');
  });

  it('stay 1 when legal asks for another, anybody at the desk, or once closed', async () => {
    expect(await resume('lena', 1)).toBe('ROLE_MISSING');
    const body = { after: 1 };
    const atDesk = await desk.tell({ incidentId, by: 'olga', kind: 'resume', body });
    expect(atDesk).toBe('NOT_FOUND');
    expect(await rows()).toEqual(['1 live']);
    await close();
    expect(await resume('olga', 1)).toBe('INCIDENT_CLOSED');
    expect(await rows()).toEqual(['1 over']);
    expect((await runs().live()).map((run) => run.incidentId)).not.toContain(incidentId);
  });

  it('end the calls for a person of run 1: run 2 tries each step again', async () => {
    const wait = `INSERT INTO waits (incident_id, waiting_for, wait_id, since)
      VALUES ($1, 'person', 'payChunk', now()), ($1, 'person', 'terminal/D', now()),
        ($1, 'person', 'letters/advice/D', now()), ($1, 'fix', 'fix', now())`;
    await desk.pool.query(wait, [incidentId]);
    await resume('olga', 1);
    const { rows: open } = await desk.pool.query<{ wait_id: string }>(
      'SELECT wait_id FROM waits WHERE incident_id = $1 AND over_at IS NULL ORDER BY 1',
      [incidentId],
    );
    expect(open.map((each) => each.wait_id)).toEqual(['fix', 'letters/advice/D', 'terminal/D']);
  });
});

describe('an activity', () => {
  const behind = () => fenced(runs(), { answer: async (of: { run?: number }) => of });
  const asked = (run?: number) => behind().answer({ ...{ incidentId }, ...(run && { run }) });

  it('is refused to run 1, and to a workflow that names none, once there is run 2', async () => {
    expect(await asked(1)).toEqual({ incidentId, run: 1 });
    expect(await asked()).toEqual({ incidentId });
    await resume('olga', 1);
    await expect(asked(1)).rejects.toMatchObject({ type: 'RUN_SUPERSEDED', nonRetryable: true });
    await expect(asked()).rejects.toMatchObject({ type: 'RUN_SUPERSEDED' });
    expect(await asked(2)).toMatchObject({ run: 2 });
  });
});

describe('a hold that was lifted', () => {
  it('stays lifted when page 1 comes again, and 1 that lapsed is still wanted', async () => {
    const holds = postgresHolds(desk.pool);
    const deals = ['DONE', 'LAPSED'].map((dealId) => ({ kind: 'deal' as const, dealId }));
    const wish = { incidentId, subjects: deals, at: noon };
    const states = async () =>
      Object.fromEntries((await holds.open(incidentId)).map((each) => [each.dealId, each.state]));
    await holds.ask(wish);
    const placed = deals.map((each) => ({ ...each, token: each.dealId }));
    await holds.placed({ incidentId, holds: placed, at: noon });
    const [done, lapsed] = await holds.open(incidentId);
    if (done === undefined || lapsed === undefined) throw new Error('expected 2 holds');
    await holds.lifting({ incidentId, holds: [done], at: noon, why: 'a test' });
    await holds.lifted({ incidentId, holds: [done], at: noon, why: 'terminal' });
    await holds.lapsed({ incidentId, holds: [lapsed], at: noon });
    await holds.ask(wish);
    expect(await states()).toEqual({ LAPSED: 'lapsed' });
    await holds.ask({ ...wish, again: true });
    expect(await states()).toEqual({ DONE: 'asked', LAPSED: 'lapsed' });
  });
});
