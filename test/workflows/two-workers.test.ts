import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { taskQueues } from '../../contracts/workflow-ids';
import type { remediateIncident } from '../../workflows/remediate-incident';
import { changedRunbook, patchedAs } from '../support/changed-bundle';
import { allSigned, incidentStart, PlayedWorld } from '../support/played-world';
import { devServer, withWorker } from '../support/temporal';
import { until } from '../support/until';

type Runbook = typeof remediateIncident;

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await devServer();
});
afterAll(async () => {
  await env.teardown();
});

/** A world in which everything is decided, but for the plan. */
function waitingForThePlan(): PlayedWorld {
  const world = new PlayedWorld();
  world.gates = { ...allSigned(), plan: 'open' };
  return world;
}

async function begin(id: string) {
  const workflow = { workflowId: id, taskQueue: taskQueues.incidents };
  const args: Parameters<Runbook> = [incidentStart(id)];
  return env.client.workflow.start<Runbook>('remediateIncident', {
    ...workflow,
    workflowTaskTimeout: '5 seconds',
    args,
  });
}

async function decidePlan(world: PlayedWorld, id: string): Promise<void> {
  world.gates['plan'] = 'passed';
  await env.client.workflow.getHandle(`${id}/gate/plan`).signal('nudge');
}

const planWaits = (world: PlayedWorld) =>
  world.inputs.some(({ name, input }) => name === 'openGate' && input['gateId'] === 'plan');

const whole = { outcome: 'made-whole', planVersions: 1 };

describe('two workers', () => {
  it('of one build share an incident and turn each of its 11 pages once', async () => {
    const world = waitingForThePlan();
    const id = 'INC-2026-0001';
    const both = { env, activities: world.activities() };
    const run = async () => {
      const handle = await begin(id);
      await until('the plan is being decided', () => planWaits(world));
      await decidePlan(world, id);
      return handle.result();
    };
    const beside = () => withWorker({ ...both, run });
    await expect(withWorker({ ...both, run: beside })).resolves.toMatchObject(whole);
    expect(new Set(world.pages()).size).toBe(11);
    expect(world.pages()).toHaveLength(11);
  });

  it('of 2 builds bring an incident that began on the older one to its end', async () => {
    const world = waitingForThePlan();
    const id = 'INC-2026-0002';
    const reviewed = 'await service.awaitOnline(the);';
    const newer = changedRunbook([
      { from: reviewed, to: `if (${patchedAs('look-twice')}) ${reviewed} ${reviewed}` },
    ]);
    const both = { env, activities: world.activities() };
    const run = async () => {
      const handle = await begin(id);
      await until('the plan is being decided', () => planWaits(world));
      const rest = async () => {
        await decidePlan(world, id);
        return handle.result();
      };
      return withWorker({ ...both, workflowBundle: { code: newer }, run: rest });
    };
    await expect(withWorker({ ...both, run })).resolves.toMatchObject(whole);
    expect(world.count('closeIncident')).toBe(1);
  });
});

describe('a worker that is told to end', () => {
  it('finishes what it has begun: no step has a 2nd attempt', async () => {
    const world = waitingForThePlan();
    world.gates['plan'] = 'passed';
    const id = 'INC-2026-0003';
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const scanDeals = async () => {
      await finished;
      return { deals: 10, wrong: 0 };
    };
    const both = { env, activities: world.activities({ scanDeals }) };
    const handle = await withWorker({
      ...both,
      run: async () => {
        const begun = await begin(id);
        await until('the scan has begun', () => world.count('scanDeals') === 1);
        setImmediate(finish); // The worker is told to end first.
        return begun;
      },
    });
    await expect(withWorker({ ...both, run: () => handle.result() })).resolves.toMatchObject(whole);
    const { events } = await handle.fetchHistory();
    const attempts = events?.flatMap((event) => {
      return event.activityTaskStartedEventAttributes?.attempt ?? [];
    });
    expect(new Set(attempts)).toEqual(new Set([1]));
    expect(world.count('scanDeals')).toBe(1);
  });
});
