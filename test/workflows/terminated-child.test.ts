import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { taskQueues, workflowIds } from '../../contracts/workflow-ids';
import type { remediateIncident } from '../../workflows/remediate-incident';
import { allSigned, incidentStart, PlayedWorld } from '../support/played-world';
import { devServer, withWorker } from '../support/temporal';
import { until } from '../support/until';

type Runbook = typeof remediateIncident;

// On the real server: the one that skips time does not tell a parent that its child was terminated.
let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await devServer();
});
afterAll(async () => {
  await env.teardown();
});

describe('a child that somebody terminates', () => {
  it('is started again within the same incident, which then goes on to its end', async () => {
    const world = new PlayedWorld();
    world.gates = { ...allSigned(), plan: 'open' };
    const id = 'INC-2026-0001';
    const run = async () => {
      const workflow = { workflowId: id, taskQueue: taskQueues.incidents };
      const args: Parameters<Runbook> = [incidentStart(id)];
      const { workflow: client } = env.client;
      const handle = await client.start<Runbook>('remediateIncident', { ...workflow, args });
      const openings = () =>
        world.inputs.filter(({ name, input }) => {
          return name === 'openGate' && input['gateId'] === 'plan';
        });
      await until('the plan is being decided', () => openings().length === 1);
      const gate = env.client.workflow.getHandle(workflowIds.gate(id, 'plan'));
      await gate.terminate('by mistake');
      await until('its gate is open again', () => openings().length === 2);
      expect(world.count('prepareSettlement')).toBe(0);
      world.gates['plan'] = 'passed';
      await gate.signal('nudge');
      return handle.result();
    };
    const outcome = await withWorker({ env, activities: world.activities(), run });
    expect(outcome).toMatchObject({ outcome: 'made-whole', planVersions: 1 });
  });
});

describe('the children that outlive a run', () => {
  it('end 1 stranger on their id, and come back when 2 of them are ended', async () => {
    const world = new PlayedWorld();
    world.standing = 1;
    const id = 'INC-2026-0002';
    const { workflow: client } = env.client;
    const run = async () => {
      const stranger = { workflowId: workflowIds.desk(id), taskQueue: 'nobody' };
      const foreign = await client.start('incidentDesk', { ...stranger, args: [{}] });
      const handle = await client.start<Runbook>('remediateIncident', {
        workflowId: id,
        taskQueue: taskQueues.incidents,
        args: [incidentStart(id)],
      });
      const runOf = async (child: string) => {
        const { runId, status } = await client.getHandle(child).describe();
        return status.name === 'RUNNING' ? runId : undefined;
      };
      const [desk, watch] = [workflowIds.desk(id), workflowIds.freezeWatch(id)];
      await until('the watch looks', () => world.count('verifyFreeze') > 0);
      const { status } = await client.getHandle(desk, foreign.firstExecutionRunId).describe();
      expect(status.name).toBe('TERMINATED');
      const before = await Promise.all([desk, watch].map(runOf));
      await client.getHandle(desk).cancel();
      await client.getHandle(watch).terminate('by mistake');
      await until('both run again', async () => {
        const after = await Promise.all([desk, watch].map(runOf));
        return after.every((each, index) => each !== undefined && each !== before[index]);
      });
      return handle.terminate('the test is over');
    };
    await withWorker({ env, activities: world.activities(), run });
  });
});

describe('an incident that somebody cancels in Temporal', () => {
  it('goes on, and 1 call tells the people on call', async () => {
    const world = new PlayedWorld();
    const id = 'INC-2026-0003';
    const run = async () => {
      const handle = await env.client.workflow.start<Runbook>('remediateIncident', {
        workflowId: id,
        taskQueue: taskQueues.incidents,
        args: [incidentStart(id)],
      });
      await until('the plan is drafted', () => world.count('draftPlan') > 0);
      await handle.cancel();
      await until('people were told', () => world.count('thankPerson') > 0);
      await handle.signal('nudge');
      expect((await handle.describe()).status.name).toBe('RUNNING');
      return handle.terminate('the test is over');
    };
    await withWorker({ env, activities: world.activities(), run });
    const calls = world.inputs.filter(({ name }) => name === 'callForPerson');
    expect(calls.map(({ input }) => input['code'])).toEqual(['CANCEL_REFUSED']);
  });
});
