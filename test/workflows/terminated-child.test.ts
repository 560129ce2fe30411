import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { taskQueues, workflowIds } from '../../contracts/workflow-ids';
import type { remediateIncident } from '../../workflows/remediate-incident';
import { incidentStart, PlayedWorld } from '../support/played-world';
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
    const gates = ['unfreeze', 'close', 'letters/acknowledgement', 'letters/call'];
    for (const gate of [...gates, 'letters/advice', 'letters/resolution']) {
      world.gates[gate] = 'passed';
    }
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
