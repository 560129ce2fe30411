import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { smtpMailer } from '../../adapters/mail/smtp-mailer';
import { postgresClocks } from '../../adapters/postgres/clocks';
import { postgresIncidents } from '../../adapters/postgres/incidents';
import { postgresNotices } from '../../adapters/postgres/notices';
import { postgresRuns } from '../../adapters/postgres/runs';
import { workflowIds } from '../../contracts/workflow-ids';
import { endRun, startIncident } from '../../scripts/incident-start';
import { followClocks } from '../../workers/follow-clocks';
import { alarmMissing } from '../../workers/watch-runs';
import { DecisionDesk, noon } from '../adapters/decision-desk';
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

describe('a closed incident', () => {
  it('has its deadlines watched again, by 1 watch at a time, until all are met', async () => {
    if (env === undefined || desk === undefined) throw new Error('nothing was set up');
    const { pool } = desk;
    const { workflow: client } = env.client;
    await desk.enrol('lena', 'legal');
    const incidentId = await desk.openIncident('olga', ['OLD']);
    const ports = { runs: postgresRuns(pool), clocks: postgresClocks(pool) };
    const follow = () => followClocks({ client, ports }, new Date('2026-12-01T00:00:00.000Z'));
    expect(await follow()).toEqual([]); // The parent's own child watches while it is open.
    await pool.query('UPDATE incidents SET closed_at = $2 WHERE incident_id = $1', [
      incidentId,
      noon,
    ]);
    expect(await follow()).toEqual([incidentId]);
    expect(await follow()).toEqual([]);
    const watch = client.getHandle(workflowIds.clocks(incidentId));
    await watch.terminate('the store was lost');
    expect(await follow()).toEqual([incidentId]);
    await watch.terminate('again');
    const { clocks = [] } = (await ports.clocks.read(incidentId)) ?? {};
    for (const { clock, deal } of clocks) {
      const body = { clock, ...(deal !== null && { deal }), on: '2026-11-20', source: 'x' };
      await desk.tell({ incidentId, by: 'lena', kind: 'meet-clock', body });
    }
    expect(await follow()).toEqual([]);
  });
});
