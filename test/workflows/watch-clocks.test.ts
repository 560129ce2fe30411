import { Context } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Activities } from '../../contracts/activities';
import { taskQueues, workflowIds } from '../../contracts/workflow-ids';
import { PlayedWorld } from '../support/played-world';
import { timeSkippingServer, withWorker } from '../support/temporal';

let env: TestWorkflowEnvironment;
beforeEach(async () => {
  env = await timeSkippingServer();
});
afterEach(async () => {
  await env.teardown();
});

const incidentId = 'INC-2026-0001';
const day = 86_400_000;
const isoIn = (at: string, days: number) => new Date(Date.parse(at) + days * day).toISOString();

async function watch(
  told: Activities['tellClocks'],
  during: (world: PlayedWorld) => Promise<void>,
): Promise<PlayedWorld> {
  const world = new PlayedWorld();
  const run = async () => {
    const handle = await env.client.workflow.start('watchClocks', {
      workflowId: workflowIds.clocks(incidentId),
      taskQueue: taskQueues.incidents,
      args: [{ incidentId, run: 1 }],
    });
    await during(world);
    await handle.result();
  };
  await withWorker({ env, activities: world.activities({ tellClocks: told }), run });
  return world;
}

const nudge = () => env.client.workflow.getHandle(workflowIds.clocks(incidentId)).signal('nudge');

describe('watchClocks', () => {
  it('looks at each of 3 instants it was told, over 2 years, and never in between', async () => {
    const looks: string[] = [];
    const waits = [20, 340, 370];
    await watch(
      async ({ at }) => {
        const next = waits[looks.length];
        looks.push(at.slice(0, 10));
        return next === undefined
          ? { nextAt: null, over: true }
          : { nextAt: isoIn(at, next), over: false };
      },
      async () => undefined,
    );
    const [begin = ''] = looks;
    const days = looks.map((each) => Math.round((Date.parse(each) - Date.parse(begin)) / day));
    // A wait beyond a year is looked at once in between: another version may count otherwise.
    expect(days).toEqual([0, 20, 360, 725]);
  });

  it('weighs what is known anew at 1 nudge, with no timer while nothing runs', async () => {
    let over = false;
    const world = await watch(
      async () => ({ nextAt: null, over }),
      async (seen) => {
        await env.sleep('300 days');
        expect(seen.count('weighFacts')).toBe(1);
        await nudge();
        await env.sleep('1 day');
        expect(seen.count('weighFacts')).toBe(2);
        over = true;
        await nudge();
      },
    );
    expect(world.count('weighFacts')).toBe(3);
  });

  it('stays a small history: 120 looks are 2 runs, and none forgets a clock', async () => {
    let looks = 0;
    const runs = new Set<string | undefined>();
    await watch(
      async ({ at }) => {
        looks += 1;
        runs.add(Context.current().info.workflowExecution?.runId);
        return { nextAt: isoIn(at, 1), over: looks === 120 };
      },
      async () => undefined,
    );
    expect([looks, runs.size]).toEqual([120, 2]);
  });
});
