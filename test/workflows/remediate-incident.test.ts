import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { taskQueues, workflowIds } from '../../contracts/workflow-ids';
import type { Activities } from '../../contracts/activities';
import type { IncidentOutcome } from '../../contracts/incident';
import { incidentStart, PlayedWorld } from '../support/played-world';
import { timeSkippingServer, withWorker } from '../support/temporal';
import { until } from '../support/until';

// A server for each test: its clock is one for all workflows, and a finished one pushes it on.
let env: TestWorkflowEnvironment;
beforeEach(async () => {
  env = await timeSkippingServer();
});
afterEach(async () => {
  await env.teardown();
});

const incidentId = 'INC-2026-0001';
const everyGate = ['plan', 'unfreeze', 'close'].concat(
  ['acknowledgement', 'call', 'advice', 'resolution'].map((stage) => `letters/${stage}`),
);
const allPass = () => Object.fromEntries(everyGate.map((gate) => [gate, 'passed' as const]));

type Played = { world: PlayedWorld; overrides?: Partial<Activities>; during?: During };
type During = (id: string) => Promise<void>;

async function play({ world, overrides, during }: Played): Promise<IncidentOutcome> {
  const run = async () => {
    const handle = await env.client.workflow.start('remediateIncident', {
      workflowId: incidentId,
      taskQueue: taskQueues.incidents,
      args: [incidentStart(incidentId)],
    });
    await during?.(incidentId);
    return (await handle.result()) as IncidentOutcome;
  };
  return withWorker({ env, activities: world.activities(overrides), run });
}

const nudge = (id: string) => env.client.workflow.getHandle(id).signal('nudge');

describe('remediateIncident', () => {
  it('freezes before it declares, and closes with the head of its evidence', async () => {
    const world = new PlayedWorld();
    world.gates = allPass();
    const outcome = await play({ world });
    expect(outcome).toMatchObject({ outcome: 'made-whole', planVersions: 1 });
    expect(outcome.evidenceHead.seq).toBe(99);
    expect(world.calls.indexOf('freezeAllocations')).toBeLessThan(
      world.calls.indexOf('declareSeverity'),
    );
    expect(world.calls.at(-1)).not.toBe('freezeAllocations');
  });

  it('moves no money and keeps the freeze while legal is silent for 40 days', async () => {
    const world = new PlayedWorld();
    world.gates = { ...allPass(), plan: 'open' };
    world.standing = 1;
    await play({
      world,
      during: async (id) => {
        await env.sleep('40 days');
        expect(world.count('prepareSettlement')).toBe(0);
        expect(world.count('expireGate')).toBe(2);
        expect(world.count('verifyFreeze')).toBeGreaterThan(35);
        world.gates['plan'] = 'passed';
        world.standing = 0;
        await nudge(workflowIds.gate(id, 'plan'));
      },
    });
    expect(world.count('prepareSettlement')).toBe(2); // The page's own, and its child's.
    const reminders = world.inputs.filter(({ name, input }) => {
      return name === 'remindGate' && input['gateId'] === 'plan';
    });
    const because = (cause: string) =>
      reminders.filter(({ input }) => input['because'] === cause).length;
    expect([because('opened'), because('due'), because('expired')]).toEqual([3, 9, 2]);
  });

  it('decides nothing by 100 signals to the parent and to a gate', async () => {
    const world = new PlayedWorld();
    world.gates = { ...allPass(), plan: 'open' };
    await play({
      world,
      during: async (id) => {
        await env.sleep('1 hour');
        for (let sent = 0; sent < 50; sent += 1) {
          await env.client.workflow.getHandle(id).signal('nudge', { decision: 'approve' });
          await env.client.workflow.getHandle(id).signal('decide', 'approve');
        }
        await env.client.workflow.getHandle(workflowIds.gate(id, 'plan')).signal('nudge', 'passed');
        await env.sleep('1 hour');
        expect(world.count('prepareSettlement')).toBe(0);
        world.gates['plan'] = 'passed';
        await nudge(workflowIds.gate(id, 'plan'));
      },
    });
    expect(world.count('prepareSettlement')).toBe(2); // The page's own, and its child's.
  });

  it('plans again after a rejection, and settles only the second plan', async () => {
    const world = new PlayedWorld();
    world.gates = { ...allPass(), plan: 'rejected' };
    const second = {
      kind: 'drafted',
      version: 2,
      digest: '2'.repeat(64),
      deals: 1,
      lines: 2,
    } as const;
    await play({
      world,
      during: async (id) => {
        await env.sleep('1 hour');
        expect(world.count('prepareSettlement')).toBe(0);
        world.plan = second;
        world.gates['plan'] = 'passed';
        await nudge(id);
      },
    });
    const settled = world.inputs.filter(({ name }) => name === 'prepareSettlement');
    expect(new Set(settled.map(({ input }) => input['version']))).toEqual(new Set([2]));
  });

  it('puts a redraft in the place of the plan that is being decided', async () => {
    const world = new PlayedWorld();
    world.gates = { ...allPass(), plan: 'open' };
    const redrafted = {
      kind: 'drafted',
      version: 2,
      digest: '2'.repeat(64),
      deals: 1,
      lines: 2,
    } as const;
    await play({
      world,
      during: async (id) => {
        await env.sleep('1 hour');
        world.plan = redrafted;
        await nudge(id);
        await env.sleep('1 hour');
        world.gates['plan'] = 'passed';
        await nudge(workflowIds.gate(id, 'plan'));
      },
    });
    const opened = world.inputs.filter(({ name, input }) => {
      return name === 'openGate' && input['gateId'] === 'plan';
    });
    expect(opened.map(({ input }) => input['subject'])).toEqual(['1'.repeat(64), '2'.repeat(64)]);
  });

  it('brings a 2nd dossier when it changes during a decision, and no 3rd', async () => {
    const world = new PlayedWorld();
    world.gates = { ...allPass(), plan: 'open' };
    await play({
      world,
      during: async (id) => {
        await env.sleep('1 hour');
        world.dossier = 'e'.repeat(64);
        await nudge(id);
        await env.sleep('1 hour');
        await nudge(id);
        await env.sleep('1 hour');
        world.gates['plan'] = 'passed';
        await nudge(workflowIds.gate(id, 'plan'));
      },
    });
    const sent = world.inputs.filter(({ name }) => name === 'sendDossier');
    expect(sent.map(({ input }) => input['digest'])).toEqual(['d'.repeat(64), 'e'.repeat(64)]);
  });

  it('asks for no plan and writes nobody when nobody was harmed', async () => {
    const world = new PlayedWorld();
    world.gates = allPass();
    world.affected = 0;
    world.fix = { kind: 'not-needed', reportDigest: 'f'.repeat(64) };
    const outcome = await play({ world });
    expect(outcome).toMatchObject({ outcome: 'no-impact', planVersions: 0 });
    expect(world.count('draftPlan')).toBe(0);
    expect(world.count('sendDueLetters')).toBe(0);
    expect(world.count('liftFreeze')).toBe(1);
  });

  it('lifts the freeze over 1 clean history, though no command comes after the scan', async () => {
    const world = new PlayedWorld();
    world.gates = allPass();
    world.affected = 0;
    const clean = { kind: 'not-needed', reportDigest: 'f'.repeat(64) } as const;
    const readFix: Activities['readFix'] = async () => {
      return world.count('askSecondOpinion') > 0 ? clean : { kind: 'none' };
    };
    const scanDeals: Activities['scanDeals'] = async () => {
      await until('the service track waits', async () => world.count('readFix') > 0);
      return { deals: 3, wrong: 0 };
    };
    const outcome = await play({ world, overrides: { readFix, scanDeals } });
    expect(outcome).toMatchObject({ outcome: 'no-impact' });
    expect(world.count('liftFreeze')).toBe(1);
  });

  it('plans nothing and lifts nothing while 1 second opinion differs', async () => {
    const world = new PlayedWorld();
    world.gates = allPass();
    let differs = true;
    const askSecondOpinion: Activities['askSecondOpinion'] = async () => {
      if (!differs) return { affected: 1, sampled: 9, commitments: 50 };
      throw ApplicationFailure.nonRetryable('differs', 'SECOND_OPINION_DIFFERS');
    };
    await play({
      world,
      overrides: { askSecondOpinion },
      during: async (id) => {
        await env.sleep('3 hours');
        expect(world.count('holdDeals')).toBe(1);
        expect(world.count('draftPlan') + world.count('sendDueLetters')).toBe(0);
        differs = false;
        await nudge(id);
      },
    });
    const called = world.inputs.find(({ name }) => name === 'callForPerson');
    expect(called?.input).toMatchObject({ step: 'askSecondOpinion' });
    expect(world.count('draftPlan')).toBeGreaterThan(0);
  });

  it('waits for an import for 30 days when there is no history', async () => {
    const world = new PlayedWorld();
    world.gates = allPass();
    let snapshotId: string | null = null;
    await play({
      world,
      overrides: { findSnapshot: async () => ({ snapshotId }) },
      during: async () => {
        await env.sleep('30 days');
        expect(world.count('scanDeals')).toBe(0);
        expect(world.count('freezeAllocations')).toBe(1);
        expect(world.count('findSnapshot')).toBeLessThan(100);
        snapshotId = '7';
      },
    });
    expect(world.count('scanDeals')).toBe(1);
  });

  it('pages on-call every 5 minutes until somebody takes it', async () => {
    const world = new PlayedWorld();
    world.gates = { ...allPass(), close: 'open' };
    world.taken = false;
    await play({
      world,
      during: async (id) => {
        await env.sleep('26 minutes');
        expect(world.count('pagePeople')).toBe(6);
        world.taken = true;
        await nudge(workflowIds.paging(id));
        world.gates['close'] = 'passed';
        await nudge(workflowIds.gate(id, 'close'));
      },
    });
    const paged = world.count('pagePeople');
    expect(paged).toBe(7);
  });

  it('calls a person by name when a step fails for good, and goes on from there', async () => {
    const world = new PlayedWorld();
    world.gates = allPass();
    let broken = true;
    const recomputeShares: Activities['recomputeShares'] = async () => {
      if (!broken) return { dealsAffected: 1, investorsAffected: 2, impactDigest: 'f'.repeat(64) };
      throw ApplicationFailure.nonRetryable('differs', 'RECOMPUTATION_DIFFERS');
    };
    await play({
      world,
      overrides: { recomputeShares },
      during: async (id) => {
        await env.sleep('10 minutes');
        expect(world.count('callForPerson')).toBe(1);
        expect(world.count('draftPlan')).toBe(0);
        broken = false;
        await nudge(id);
      },
    });
    const called = world.inputs.find(({ name }) => name === 'callForPerson');
    expect(called?.input).toMatchObject({ step: 'recomputeShares', code: 'RECOMPUTATION_DIFFERS' });
    expect(world.count('thankPerson')).toBe(1);
  });

  it('calls again each hour while a step fails, however often it is nudged', async () => {
    const world = new PlayedWorld();
    world.gates = allPass();
    let broken = true;
    const recomputeShares: Activities['recomputeShares'] = async () => {
      if (!broken) return { dealsAffected: 1, investorsAffected: 2, impactDigest: 'f'.repeat(64) };
      throw ApplicationFailure.nonRetryable('differs', 'RECOMPUTATION_DIFFERS');
    };
    await play({
      world,
      overrides: { recomputeShares },
      during: async (id) => {
        for (let nudged = 0; nudged < 4; nudged += 1) {
          await env.sleep('45 minutes');
          await nudge(id);
        }
        await env.sleep('5 minutes');
        expect(world.count('callForPerson')).toBe(4); // At once, and after 1, 2 and 3 hours.
        broken = false;
        await nudge(id);
      },
    });
    expect(world.count('thankPerson')).toBe(1);
  });

  it('settles anew what comes back while 2 people read the post-mortem', async () => {
    const world = new PlayedWorld();
    world.gates = { ...allPass(), close: 'open' };
    let back = false;
    const proveTerminal: Activities['proveTerminal'] = async () => {
      return { affected: 2, open: back ? 1 : 0 };
    };
    const settlementState: Activities['settlementState'] = async () => {
      back = false;
      const open = { payments: 0, invoices: 0, transfers: 0, unknown: 0, refused: 0 };
      return { open, terminal: true };
    };
    const followReturns: Activities['followReturns'] = async () => {
      return { returned: back ? 1 : 0, closedAt: world.closedAt };
    };
    await play({
      world,
      overrides: { proveTerminal, settlementState, followReturns },
      during: async (id) => {
        await env.sleep('1 hour');
        expect(world.count('draftPostMortem')).toBe(1);
        back = true;
        await env.sleep('2 days'); // Nobody nudges: the next look at the bank finds it.
        expect(world.count('withdrawGate')).toBe(1);
        expect(world.count('draftPostMortem')).toBe(2);
        expect(world.count('publishPostMortem')).toBe(0);
        world.gates['close'] = 'passed';
        await nudge(workflowIds.gate(id, 'close'));
      },
    });
    expect(world.count('closeIncident')).toBe(1);
  });

  it('looks after the money for 10 days after the end, and then no more', async () => {
    const world = new PlayedWorld();
    const { run, waits } = incidentStart(incidentId);
    const [every, after] = [waits.followUpEvery, waits.followUpFor];
    world.closedAt = new Date(await env.currentTimeMs()).toISOString();
    await withWorker({
      env,
      activities: world.activities(),
      run: () =>
        env.client.workflow.execute('watchReturns', {
          workflowId: workflowIds.returns(incidentId),
          taskQueue: taskQueues.incidents,
          args: [{ incidentId, run, every, after }],
        }),
    });
    expect(world.count('followReturns')).toBe(Math.ceil(after / every) + 1);
  });

  it('tries the next fix when the first one does not hold', async () => {
    const world = new PlayedWorld();
    world.gates = allPass();
    let attempt = 1;
    await play({
      world,
      overrides: {
        readFix: async () =>
          world.count('verifyFix') === attempt
            ? { kind: 'none' }
            : { kind: 'proposed', attempt, rule: 'prorate@1' },
        verifyFix: async (fix) => ({ holds: fix.attempt > 1, reportDigest: 'e'.repeat(64) }),
      },
      during: async (id) => {
        await env.sleep('1 hour');
        expect(world.count('deployFix')).toBe(0);
        attempt = 2;
        await nudge(id);
      },
    });
    expect(world.count('verifyFix')).toBe(2);
    expect(world.count('deployFix')).toBe(1);
  });
});
