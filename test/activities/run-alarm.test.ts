import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { smtpMailer } from '../../adapters/mail/smtp-mailer';
import { postgresIncidents } from '../../adapters/postgres/incidents';
import { postgresNotices } from '../../adapters/postgres/notices';
import { postgresRuns } from '../../adapters/postgres/runs';
import { endRun, startIncident } from '../../scripts/incident-start';
import { alarmMissing } from '../../workers/watch-runs';
import { DecisionDesk } from '../adapters/decision-desk';
import { incidentStart } from '../support/played-world';
import { devServer } from '../support/temporal';
import { MailServer } from './mail-server';

let [env, desk]: [TestWorkflowEnvironment?, DecisionDesk?] = [];
const mail = new MailServer();
beforeAll(async () => {
  [env, desk] = await Promise.all([devServer(), DecisionDesk.open(), mail.start()]);
  await desk.enrol('olga', 'on-call');
});
afterAll(() => Promise.all([env?.teardown(), desk?.close(), mail.stop()]));

/** One look of the worker, `minutes` from now. */
async function look(minutes: number): Promise<string[]> {
  if (env === undefined || desk === undefined) throw new Error('nothing was set up');
  const { pool } = desk;
  const ports = {
    incidents: postgresIncidents(pool),
    notices: postgresNotices(pool),
    runs: postgresRuns(pool),
    mailer: smtpMailer(mail.url),
  };
  const now = new Date(Date.parse('2030-01-01T00:00:00.000Z') + minutes * 60_000);
  return alarmMissing({ client: env.client.workflow, ports }, now);
}

describe('an open incident', () => {
  it('that no workflow runs is told to those on call, 1 time an hour', async () => {
    if (env === undefined || desk === undefined) throw new Error('nothing was set up');
    const { client } = env;
    const incidentId = await desk.openIncident('olga');
    const openedAt = (await postgresIncidents(desk.pool).find(incidentId))?.openedAt ?? '';
    const start = { ...incidentStart(incidentId), openedAt };

    await startIncident(client, start);
    expect(await look(0)).toEqual([]);
    await endRun(client, incidentId);
    for (const minutes of [1, 2, 59, 61]) expect(await look(minutes)).toEqual([incidentId]);
    expect(mail.to('olga@example.com')).toHaveLength(2);
    const command = `makewhole incident resume ${incidentId} --as YOU`;
    expect(mail.taken[0]?.text).toContain(command);
  });

  it('is run by 1 workflow: a stranger on its id is ended, a run of its own joined', async () => {
    if (env === undefined) throw new Error('nothing was set up');
    const { client } = env;
    const start = incidentStart('INC-2026-0777');
    const { incidentId: workflowId } = start;
    const other = { ...start, openedAt: '2020-01-01T00:00:00.000Z', run: 7 };
    const stranger = await startIncident(client, other);
    const first = await startIncident(client, start);
    expect(first).not.toEqual(stranger);
    expect(await startIncident(client, start)).toMatchObject(first);
    const second = await startIncident(client, { ...start, run: 2 });
    await expect(startIncident(client, start)).rejects.toMatchObject({ code: 'ALREADY_DONE' });
    const { runId, memo } = await client.workflow.getHandle(workflowId).describe();
    expect({ runId, run: memo?.['run'] }).toEqual({ runId: second.workflowRunId, run: 2 });
    await endRun(client, workflowId);
  });
});
