import { answerCommand } from '../../activities/answer-command';
import { withCodedFailures } from '../../activities/coded-failures';
import { expireGate } from '../../activities/expire-gate';
import { openGate } from '../../activities/open-gate';
import { tallyGate } from '../../activities/tally-gate';
import { smtpMailer } from '../../adapters/mail/smtp-mailer';
import { postgresIncidents } from '../../adapters/postgres/incidents';
import { postgresNotices } from '../../adapters/postgres/notices';
import { postgresPersonCalls } from '../../adapters/postgres/person-calls';
import { after, DecisionDesk, noon } from '../adapters/decision-desk';
import { ActivityContext } from '../support/activity-context';

let subject: string;
const day = 86_400;
let desk: DecisionDesk;
let incidentId: string;

beforeAll(async () => {
  desk = await DecisionDesk.open();
  await desk.enrol('olga', 'on-call');
  await desk.enrol('lena', 'legal');
  await desk.enrol('mary', 'management');
  incidentId = await desk.openIncident('olga');
  subject = await desk.dossier(incidentId, 'what happened');
});
afterAll(() => desk.close());

const activities = () =>
  withCodedFailures({
    answerCommand: answerCommand({ commandInbox: desk.inbox() }),
    openGate: openGate({ gates: desk.gates() }),
    tallyGate: tallyGate({
      gates: desk.gates(),
      incidents: postgresIncidents(desk.pool),
      notices: postgresNotices(desk.pool),
      calls: postgresPersonCalls(desk.pool),
      mailer: smtpMailer('smtp://127.0.0.1:1'),
    }),
    expireGate: expireGate({ gates: desk.gates() }),
  });
type All = ReturnType<typeof activities>;
const run = <N extends keyof All>(name: N, input: Parameters<All[N]>[0]): ReturnType<All[N]> =>
  new ActivityContext().run(activities()[name] as never, input) as ReturnType<All[N]>;

describe('the activities of a gate', () => {
  it('open, count and lapse by the workflow’s time alone: 14 days in 1 test', async () => {
    const gate = { incidentId, gateId: 'close' };
    const opened = await run('openGate', { ...gate, subject, at: noon });
    expect(opened).toEqual({ opening: 1, expiresAt: after(14 * day), state: 'open' });
    const body = { gate: 'close', opening: 1, decision: 'approve' };
    const life = 14 * day;
    const jws = desk.sign('lena', { kind: 'decide', incident: incidentId, subject, body, life });
    const { answer, nudge } = await run('answerCommand', { incidentId, jws, at: after(2 * day) });
    expect(answer.accepted).toBe(true);
    expect(nudge).toEqual([`${incidentId}/gate/close`]);
    const counted = await run('tallyGate', { ...gate, opening: 1, at: after(2 * day) });
    expect(counted).toEqual({
      state: 'open',
      missing: ['management'],
      nextReminderAt: after(3 * day),
    });
    const lapsed = await run('expireGate', { ...gate, opening: 1, at: after(14 * day) });
    expect(lapsed).toEqual({ opening: 2, expiresAt: after(28 * day) });
  });

  it.each([
    ['close', 'not a digest', 'INPUT_INVALID'],
    ['nonsense', undefined, 'NOT_FOUND'],
  ])('fail for good at gate %s on digest %s: %s', async (gateId, other, type) => {
    const opening = run('openGate', { incidentId, at: noon, gateId, subject: other ?? subject });
    await expect(opening).rejects.toMatchObject({ type, nonRetryable: true });
  });
});

describe('a gate on 1 digest that is not on file', () => {
  it('is void from the beginning: nobody is asked, and what stood open stands', async () => {
    const gate = { incidentId, gateId: 'close', at: noon };
    const { opening } = await run('openGate', { ...gate, subject });
    const made = await run('openGate', { ...gate, subject: '7'.repeat(64) });
    expect(made).toMatchObject({ state: 'void' });
    expect(await run('tallyGate', { ...gate, opening })).toMatchObject({ state: 'open' });
  });
});

describe('answering a command', () => {
  it('answers what is no command at all, 1 entry of evidence each', async () => {
    const before = (await desk.evidence(incidentId)).length;
    for (const jws of ['', '{}', 'a.b.c']) {
      const { answer } = await run('answerCommand', { incidentId, jws, at: noon });
      expect(answer).toMatchObject({
        accepted: false,
        error: { code: 'MALFORMED', kind: 'rejected' },
      });
    }
    expect(await desk.evidence(incidentId)).toHaveLength(before + 3);
  });
});

describe('an error without a code of ours', () => {
  it('is left as it is, so that 1 lost connection is tried again', async () => {
    const lost = Object.assign(new Error('gone'), { code: 'ECONNRESET' });
    const { ask } = withCodedFailures<{ ask: (of: object) => Promise<never> }>({
      ask: () => Promise.reject(lost),
    });
    await expect(ask({})).rejects.toBe(lost);
  });
});
