import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { taskQueues, workflowIds } from '../../contracts/workflow-ids';
import type { passGate } from '../../workflows/pass-gate';
import { MailServer } from '../activities/mail-server';
import { after, DecisionDesk, noon, packWith } from '../adapters/decision-desk';
import { gateActivities } from '../support/gate-activities';
import { devServer, withWorker } from '../support/temporal';
import { until } from '../support/until';

const subjectOf = (incidentId: string) => desk.dossier(incidentId, `what ${incidentId} was`);
const gateId = 'close';
const { pack } = packWith({});
const escalateTo = 'management';
/** A day takes a second: two of the ladders that are left alone for days. */
const ladders = {
  reminding: { reminders: [1, 2, 3], escalateAfter: 3600, escalateTo, expireAfter: 7200 },
  lapsing: { reminders: [3600], escalateAfter: 7200, escalateTo, expireAfter: 10 },
};

let env: TestWorkflowEnvironment;
let desk: DecisionDesk;
let mail: MailServer;
beforeAll(async () => {
  [env, desk, mail] = await Promise.all([
    devServer(),
    DecisionDesk.open(),
    new MailServer().start(),
  ]);
  await desk.enrol('olga', 'on-call');
  await desk.enrol('lena', 'legal');
  await desk.enrol('mary', 'management');
});
afterAll(async () => {
  await env.teardown();
  await Promise.all([mail.stop(), desk.close()]);
});

const rungs = async (incidentId: string): Promise<string[]> => {
  const { rows } = await desk.pool.query<{ rung: string }>(
    `SELECT person_id || ' ' || round AS rung FROM notices
     WHERE incident_id = $1 AND state = 'sent' ORDER BY round, person_id`,
    [incidentId],
  );
  return rows.map(({ rung }) => rung);
};

/** Opens a gate under one of the ladders; its first question is mailed by whoever works. */
async function ask(ladder: keyof typeof ladders): Promise<string> {
  const incidentId = await desk.openIncident('olga');
  const value = packWith({ ladder: { ...pack.ladder, value: ladders[ladder] } }).pack;
  const given = { ...value, workingTime: { ...pack.ladder, value: 'round-the-clock' } };
  await desk.intruder.query('UPDATE incidents SET pack_snapshot = $2 WHERE incident_id = $1', [
    incidentId,
    JSON.stringify(given),
  ]);
  await env.client.workflow.start<typeof passGate>('passGate', {
    workflowId: workflowIds.gate(incidentId, gateId),
    taskQueue: taskQueues.incidents,
    args: [{ incidentId, gateId, subject: await subjectOf(incidentId), run: 1 }],
  });
  return incidentId;
}

const gateOf = (incidentId: string) =>
  env.client.workflow.getHandle(workflowIds.gate(incidentId, gateId));
const working = <T>(run: () => Promise<T>): Promise<T> =>
  withWorker({ env, activities: gateActivities({ desk, smtpUrl: mail.url }), run });
const has = async (incidentId: string, rung: string) => (await rungs(incidentId)).includes(rung);
/** Whether the gate was opened so many seconds ago. */
const isAged = async (incidentId: string, seconds: number) =>
  (await desk.count(
    `FROM gates WHERE incident_id = $1 AND opened_at + make_interval(secs => $2) < now()`,
    incidentId,
    seconds,
  )) > 0;

/** A real vote at real time, with its nudge, as the desk sends it. */
async function vote(incidentId: string, by: string): Promise<string> {
  const signedAt = Math.floor((Date.now() - Date.parse(noon)) / 1000);
  const subject = await subjectOf(incidentId);
  const said = await desk.vote({ incidentId, by, gate: gateId, subject, at: after(signedAt) });
  await gateOf(incidentId).signal('nudge');
  return said;
}

describe('no worker for two days of a ladder', () => {
  let [reminding, lapsing, decided] = ['', '', ''];
  let verdict: unknown;
  const votes: string[] = [];

  beforeAll(async () => {
    await working(async () => {
      [reminding, lapsing, decided] = [
        await ask('reminding'),
        await ask('lapsing'),
        await ask('lapsing'),
      ];
      for (const id of [reminding, lapsing, decided]) {
        await until('both were asked', async () => (await rungs(id)).length >= 2);
      }
    });
    for (const person of ['lena', 'mary']) votes.push(await vote(decided, person));
    await until('3 rungs are missed', () => isAged(reminding, 3));
    await until('both others are over', () => isAged(decided, 10));
    await working(async () => {
      verdict = await gateOf(decided).result();
      await until('what was missed is said', () => has(reminding, 'lena 1003'));
      await until('the lapsed one asks again', () => has(lapsing, 'lena 2000'));
    });
  }, 150_000);

  it('says what was missed once: the highest of 3 rungs, not all of them', async () => {
    const told = (await rungs(reminding)).filter((each) => each.startsWith('lena'));
    expect(told.slice(-1)).toEqual(['lena 1003']);
    expect(new Set(told).size).toBe(told.length);
    expect((await rungs(reminding)).length).toBeLessThanOrEqual(6);
  });

  it('lapses at last, tells management once, and opens again', async () => {
    const said = await rungs(lapsing);
    expect(said.slice(0, 4)).toEqual(['lena 1000', 'mary 1000', 'lena 1999', 'mary 1999']);
  });

  it('counts 2 votes accepted in time, though nobody counted before it was over', async () => {
    expect(votes).toEqual(['accepted', 'accepted']);
    expect(verdict).toEqual({ kind: 'passed' });
    expect(await rungs(decided)).toEqual(['lena 1000', 'mary 1000']);
  });
});
