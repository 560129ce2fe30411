import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../contracts/activities';
import type { IncidentStart } from '../../contracts/incident';
import { stages, taskQueues, type Stage } from '../../contracts/workflow-ids';
import { allSigned, incidentStart, PlayedWorld } from '../support/played-world';
import { timeSkippingServer, withWorker } from '../support/temporal';
import { until } from '../support/until';

// One server for all: each test ends its workflows, and none looks at the clock.
let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await timeSkippingServer();
});
afterAll(async () => {
  await env.teardown();
});

function openWorld(): PlayedWorld {
  const world = new PlayedWorld();
  world.gates = allSigned();
  return world;
}

let number = 0;
/** A second run of an incident that was on `stage`. */
function resumedAt(stage: Stage): IncidentStart {
  const start = incidentStart(`INC-2026-${String((number += 1)).padStart(4, '0')}`);
  const turned = stages.slice(0, stages.indexOf(stage) + 1);
  const entered = turned.map((each) => ({ stage: each, at: start.openedAt }));
  return { ...start, run: 2, resumed: { stage, entered } };
}

type Played = { starts: IncidentStart[]; world: PlayedWorld; overrides?: Partial<Activities> };
/** Plays all of them at once to their ends. */
const play = ({ starts, world, overrides = {} }: Played): Promise<unknown[]> => {
  const one = async (start: IncidentStart): Promise<unknown> => {
    const { incidentId: workflowId } = start;
    const where = { workflowId, taskQueue: taskQueues.incidents, args: [start] };
    return (await env.client.workflow.start('remediateIncident', where)).result() as unknown;
  };
  const run = () => Promise.all(starts.map(one));
  return withWorker({ env, activities: world.activities(overrides), run });
};

const isSigned = (stage?: Stage) => {
  return ['settling', 'reconciling', 'reviewing', 'closed'].includes(stage ?? '');
};

describe('an incident resumed in its 2nd run', () => {
  it('on each of the 11 pages turns none before it again, and comes to its end', async () => {
    const world = openWorld();
    const starts = stages.map(resumedAt);
    const pageOf = (id: string) => starts.find(({ incidentId }) => incidentId === id)?.resumed;
    const { plan } = world;
    const signed = (id: string) =>
      isSigned(pageOf(id)?.stage) ||
      world.inputs.some(({ name, input }) => {
        return name === 'tallyGate' && input['gateId'] === 'plan' && input['incidentId'] === id;
      });
    const outcomes = await play({
      starts,
      world,
      overrides: {
        findApprovedPlans: async ({ incidentId }) => {
          return { versions: isSigned(pageOf(incidentId)?.stage) ? [1] : [] };
        },
        draftPlan: async ({ incidentId }) => (signed(incidentId) ? { kind: 'nothing' } : plan),
      },
    });
    for (const [index, { incidentId }] of starts.entries()) {
      expect(outcomes[index]).toMatchObject({ outcome: 'made-whole' });
      const turned = world.inputs.flatMap(({ name, input }) =>
        name === 'turnPage' && input['incidentId'] === incidentId ? [input['stage']] : [],
      );
      expect(stages.slice(0, index).filter((page) => turned.includes(page))).toEqual([]);
      expect(turned.at(-1)).toBe('closed');
    }
    expect(world.inputs.every(({ input }) => input['run'] === 2)).toBe(true);
  });

  it('settles the 2 versions signed before, and asks nobody about them', async () => {
    const world = openWorld();
    Object.assign(world, { approved: [1, 3], plan: { kind: 'nothing' } });
    const [outcome] = await play({ starts: [resumedAt('settling')], world });
    expect(outcome).toMatchObject({ planVersions: 2 });
    const settled = world.inputs.filter(({ name }) => name === 'prepareSettlement');
    expect(settled.map(({ input }) => input['version']).sort()).toEqual([1, 3]);
    const asked = world.inputs.filter(({ name, input }) => {
      return name === 'openGate' && input['gateId'] === 'plan';
    });
    expect(asked).toEqual([]);
  });
});

describe('a run in whose place a later one has been started', () => {
  it('ends at its 1st activity, calls nobody and does nothing', async () => {
    const world = openWorld();
    const superseded = async () => {
      throw ApplicationFailure.nonRetryable('run 3 goes on', 'RUN_SUPERSEDED');
    };
    const names = Object.keys(world.activities()) as (keyof Activities)[];
    const overrides = Object.fromEntries(names.map((name) => [name, superseded]));
    const played = play({ starts: [resumedAt('deciding')], world, overrides });
    await expect(played).rejects.toMatchObject({ cause: { type: 'RUN_SUPERSEDED' } });
    // The desk's own first step is refused too.
    const first = ['readBoard', 'freezeAllocations', 'answerBacklog'];
    expect(world.calls.filter((call) => !first.includes(call))).toEqual([]);
  });

  it('fails 0 workflow tasks where its letters and a settlement hear of it first', async () => {
    const world = openWorld();
    world.gates['plan'] = 'open';
    world.approved = [1];
    const superseded = async () => {
      throw ApplicationFailure.nonRetryable('run 3 goes on', 'RUN_SUPERSEDED');
    };
    const overrides = { sendDueLetters: superseded, prepareSettlement: superseded };
    const start = resumedAt('settling');
    const run = async () => {
      const { incidentId: workflowId } = start;
      const where = { workflowId, taskQueue: taskQueues.incidents, args: [start] };
      const handle = await env.client.workflow.start('remediateIncident', where);
      const failed = async () => {
        const { events } = await handle.fetchHistory();
        const ended = events?.filter((event) => event.childWorkflowExecutionFailedEventAttributes);
        const tasks = events?.filter((event) => event.workflowTaskFailedEventAttributes);
        return { children: ended?.length ?? 0, tasks: tasks?.length ?? 0 };
      };
      await until('letters and settlement have ended', async () => (await failed()).children >= 5);
      await handle.signal('nudge');
      await handle.query('board'); // All that came before has been taken in.
      expect((await failed()).tasks).toBe(0);
      await handle.terminate('the test is over');
    };
    await withWorker({ env, activities: world.activities(overrides), run });
  });
});
