import { Context } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Activities } from '../../contracts/activities';
import { taskQueues, workflowIds } from '../../contracts/workflow-ids';
import { PlayedWorld } from '../support/played-world';
import { whileTimeSkips, withWorker } from '../support/temporal';

const incidentId = 'INC-2026-0001';
const day = 86_400_000;
const isoIn = (at: string, days: number) => new Date(Date.parse(at) + days * day).toISOString();

type Watching = { env: TestWorkflowEnvironment; seen: PlayedWorld; nudge: () => Promise<void> };

async function watch(
  tellClocks: Activities['tellClocks'],
  during: (watching: Watching) => Promise<void> = async () => undefined,
): Promise<PlayedWorld> {
  const seen = new PlayedWorld();
  await whileTimeSkips((env) => {
    const run = async () => {
      const handle = await env.client.workflow.start('watchClocks', {
        workflowId: workflowIds.clocks(incidentId),
        taskQueue: taskQueues.incidents,
        args: [{ incidentId, run: 1 }],
      });
      await during({ env, seen, nudge: () => handle.signal('nudge') });
      await handle.result();
    };
    return withWorker({ env, activities: seen.activities({ tellClocks }), run });
  });
  return seen;
}

describe('watchClocks', () => {
  it('looks at each of 3 instants it was told, over 2 years, and never in between', async () => {
    const looks: string[] = [];
    const waits = [20, 340, 370];
    await watch(async ({ at }) => {
      const next = waits[looks.length];
      looks.push(at.slice(0, 10));
      return next === undefined
        ? { nextAt: null, over: true }
        : { nextAt: isoIn(at, next), over: false };
    });
    const [begin = ''] = looks;
    const days = looks.map((each) => Math.round((Date.parse(each) - Date.parse(begin)) / day));
    // A wait beyond a year is looked at once in between: another version may count otherwise.
    expect(days).toEqual([0, 20, 360, 725]);
  });

  it('weighs what is known anew at 1 nudge, with no timer while nothing runs', async () => {
    let over = false;
    const world = await watch(
      async () => ({ nextAt: null, over }),
      async ({ env, seen, nudge }) => {
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
    await watch(async ({ at }) => {
      looks += 1;
      runs.add(Context.current().info.workflowExecution?.runId);
      return { nextAt: isoIn(at, 1), over: looks === 120 };
    });
    expect([looks, runs.size]).toEqual([120, 2]);
  });
});
