import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { taskQueues, workflowIds } from '../../contracts/workflow-ids';
import type { Activities } from '../../contracts/activities';
import type { IncidentOutcome } from '../../contracts/incident';
import { allSigned, incidentStart, PlayedWorld } from '../support/played-world';
import { whileTimeSkips, withWorker } from '../support/temporal';
import { until } from '../support/until';

const incidentId = 'INC-2026-0001';
const planGate = workflowIds.gate(incidentId, 'plan');

type Playing = { env: TestWorkflowEnvironment; nudge: (id?: string) => Promise<void> };
type During = (playing: Playing) => Promise<void>;
type Played = { world: PlayedWorld; overrides?: Partial<Activities>; during?: During };

/** Plays a whole incident; what several rules are about is played once for all of them. */
async function play({ world, overrides, during }: Played): Promise<IncidentOutcome> {
  return whileTimeSkips((env) => {
    const client = env.client.workflow;
    const nudge = (id = incidentId) => client.getHandle(id).signal('nudge');
    const run = async () => {
      const handle = await client.start('remediateIncident', {
        workflowId: incidentId,
        taskQueue: taskQueues.incidents,
        args: [incidentStart(incidentId)],
      });
      await during?.({ env, nudge });
      return (await handle.result()) as IncidentOutcome;
    };
    return withWorker({ env, activities: world.activities(overrides), run });
  });
}

const openWorld = (gates: PlayedWorld['gates'] = {}) =>
  Object.assign(new PlayedWorld(), { gates: { ...allSigned(), ...gates } });
const planOf = (version: number) =>
  ({ kind: 'drafted', version, digest: digestOf(version), deals: 1, lines: 2 }) as const;
const digestOf = (version: number) => String(version).repeat(64);
const failsFor = (code: string) => ApplicationFailure.nonRetryable('differs', code);

describe('an incident whose history comes after 30 days', () => {
  const world = openWorld();
  let outcome: IncidentOutcome;
  const early: Record<string, number> = {};
  beforeAll(async () => {
    let snapshotId: string | null = null;
    outcome = await play({
      world,
      overrides: { findSnapshot: async () => ({ snapshotId }) },
      during: async ({ env }) => {
        await env.sleep('30 days');
        for (const name of ['scanDeals', 'freezeAllocations', 'findSnapshot'] as const) {
          early[name] = world.count(name);
        }
        snapshotId = '7';
      },
    });
  });

  it('freezes before it declares, and closes with the head of its evidence', () => {
    expect(outcome).toMatchObject({ outcome: 'made-whole', planVersions: 1 });
    expect(outcome.evidenceHead.seq).toBe(99);
    expect(world.calls.indexOf('freezeAllocations')).toBeLessThan(
      world.calls.indexOf('declareSeverity'),
    );
    expect(world.calls.at(-1)).not.toBe('freezeAllocations');
  });

  it('waits for an import for 30 days when there is no history', () => {
    expect(early).toMatchObject({ scanDeals: 0, freezeAllocations: 1 });
    expect(early['findSnapshot']).toBeLessThan(100);
    expect(world.count('scanDeals')).toBe(1);
  });
});

describe('an incident with a difference that nobody can explain for 1 day', () => {
  const differs = 'd'.repeat(64);
  const endedBy = async (bank: boolean) => {
    const world = openWorld({ difference: 'open' });
    let explained = false;
    const isOver = () => explained || world.gates['difference'] === 'passed';
    const outcome = await play({
      world,
      overrides: {
        reconcilePlan: async () => (isOver() ? { explained: true } : { explained: false, differs }),
      },
      during: async ({ env, nudge }) => {
        await env.sleep('1 day');
        expect(world.count('closeIncident')).toBe(0);
        explained = bank;
        if (!bank) world.gates['difference'] = 'passed';
        if (!bank) await nudge(workflowIds.gate(incidentId, 'difference'));
      },
    });
    return [outcome.outcome, world.count('withdrawGate')];
  };

  it('closes once 2 people have signed it, or the bank explains it: 0 signatures', async () => {
    expect(await endedBy(false)).toEqual(['made-whole', 0]);
    expect(await endedBy(true)).toEqual(['made-whole', 1]);
  });
});

describe('an incident whose plan waits for 40 days for legal', () => {
  const world = openWorld({ plan: 'open' });
  world.standing = 1;
  const paid: Record<string, number> = {};
  beforeAll(async () => {
    await play({
      world,
      during: async ({ env, nudge }) => {
        const handleOf = env.client.workflow.getHandle.bind(env.client.workflow);
        await env.sleep('1 hour');
        for (let sent = 0; sent < 50; sent += 1) {
          await handleOf(incidentId).signal('nudge', { decision: 'approve' });
          await handleOf(incidentId).signal('decide', 'approve');
        }
        await handleOf(planGate).signal('nudge', 'passed');
        await env.sleep('1 hour');
        paid['signalled'] = world.count('prepareSettlement');
        await env.sleep('40 days');
        paid['waited'] = world.count('prepareSettlement');
        expect(world.count('expireGate')).toBe(2);
        expect(world.count('verifyFreeze')).toBeGreaterThan(35);
        world.gates['plan'] = 'passed';
        world.standing = 0;
        await nudge(planGate);
      },
    });
  });

  it('moves no money and keeps the freeze while legal is silent for 40 days', () => {
    expect(paid['waited']).toBe(0);
    expect(world.count('prepareSettlement')).toBe(2); // The page's own, and its child's.
    const reminders = world.inputs.filter(({ name, input }) => {
      return name === 'remindGate' && input['gateId'] === 'plan';
    });
    const because = (cause: string) =>
      reminders.filter(({ input }) => input['because'] === cause).length;
    expect([because('opened'), because('due'), because('expired')]).toEqual([3, 9, 2]);
  });

  it('decides nothing by 100 signals to the parent and to a gate', () => {
    expect(paid['signalled']).toBe(0);
  });
});

describe('an incident whose plan is drafted 3 times', () => {
  const world = openWorld({ plan: 'rejected' });
  const opened = () =>
    world.inputs
      .filter(({ name, input }) => name === 'openGate' && input['gateId'] === 'plan')
      .map(({ input }) => input['subject']);
  let paidWhenRejected: number;
  beforeAll(async () => {
    await play({
      world,
      during: async ({ env, nudge }) => {
        // Time passes faster than a busy machine works, and a gate is not withdrawn as it opens.
        const asked = async (plans: number) => {
          do await env.sleep('1 hour');
          while (opened().length < plans);
          await env.sleep('1 hour');
        };
        await asked(1);
        paidWhenRejected = world.count('prepareSettlement');
        world.gates['plan'] = 'open';
        world.plan = planOf(2);
        await nudge();
        await asked(2);
        world.plan = planOf(3);
        await nudge();
        await asked(3);
        world.gates['plan'] = 'passed';
        await nudge(planGate);
      },
    });
  });

  it('plans again after a rejection, and settles only the last plan', () => {
    expect(paidWhenRejected).toBe(0);
    const settled = world.inputs.filter(({ name }) => name === 'prepareSettlement');
    expect(new Set(settled.map(({ input }) => input['version']))).toEqual(new Set([3]));
  });

  it('puts a redraft in the place of the plan that is being decided', () => {
    expect(opened()).toEqual([1, 2, 3].map(digestOf));
  });
});

describe('an incident that harmed nobody', () => {
  const world = openWorld();
  world.affected = 0;
  let outcome: IncidentOutcome;
  beforeAll(async () => {
    const clean = { kind: 'not-needed', reportDigest: 'f'.repeat(64) } as const;
    const readFix: Activities['readFix'] = async () => {
      return world.count('askSecondOpinion') > 0 ? clean : { kind: 'none' };
    };
    const scanDeals: Activities['scanDeals'] = async () => {
      await until('the service track waits', async () => world.count('readFix') > 0);
      return { deals: 3, wrong: 0 };
    };
    outcome = await play({ world, overrides: { readFix, scanDeals } });
  });

  it('asks for no plan and writes nobody when nobody was harmed', () => {
    expect(outcome).toMatchObject({ outcome: 'no-impact', planVersions: 0 });
    expect(world.count('draftPlan')).toBe(0);
    expect(world.count('sendDueLetters')).toBe(0);
  });

  it('lifts the freeze over 1 clean history, though no command comes after the scan', () => {
    expect(world.count('liftFreeze')).toBe(1);
  });
});

describe('an incident one of whose steps fails for 3 hours', () => {
  const world = openWorld();
  const calls: number[] = [];
  let planned: number;
  beforeAll(async () => {
    let broken = true;
    const recomputeShares: Activities['recomputeShares'] = async () => {
      if (!broken) return { dealsAffected: 1, investorsAffected: 2, impactDigest: 'f'.repeat(64) };
      throw failsFor('RECOMPUTATION_DIFFERS');
    };
    await play({
      world,
      overrides: { recomputeShares },
      during: async ({ env, nudge }) => {
        const after = async (time: string) => {
          await env.sleep(time);
          calls.push(world.count('callForPerson'));
        };
        await after('10 minutes');
        await env.sleep('35 minutes');
        await nudge();
        for (let nudged = 0; nudged < 3; nudged += 1) {
          await env.sleep('45 minutes');
          await nudge();
        }
        await after('5 minutes');
        planned = world.count('draftPlan');
        broken = false;
        await nudge();
      },
    });
  });

  it('calls a person by name when a step fails for good, and goes on from there', () => {
    const called = world.inputs.find(({ name }) => name === 'callForPerson');
    expect(called?.input).toMatchObject({ step: 'recomputeShares', code: 'RECOMPUTATION_DIFFERS' });
    expect([planned, world.count('thankPerson')]).toEqual([0, 1]);
  });

  it('calls again each hour while a step fails, however often it is nudged', () => {
    expect(calls).toEqual([1, 4]); // At once, and after 1, 2 and 3 hours.
  });
});

describe('an incident nobody has taken, whose first fix does not hold', () => {
  const world = openWorld({ close: 'open' });
  world.taken = false;
  let [attempt, deployed] = [1, 0];
  const paged: number[] = [];
  beforeAll(async () => {
    await play({
      world,
      overrides: {
        readFix: async () =>
          world.count('verifyFix') === attempt
            ? { kind: 'none' }
            : { kind: 'proposed', attempt, rule: 'prorate@1' },
        verifyFix: async (fix) => ({ holds: fix.attempt > 1, reportDigest: 'e'.repeat(64) }),
      },
      during: async ({ env, nudge }) => {
        await env.sleep('26 minutes');
        paged.push(world.count('pagePeople'));
        deployed = world.count('deployFix');
        world.taken = true;
        await nudge(workflowIds.paging(incidentId));
        attempt = 2;
        await nudge();
        world.gates['close'] = 'passed';
      },
    });
    paged.push(world.count('pagePeople'));
  });

  it('pages on-call every 5 minutes until somebody takes it', () => {
    expect(paged).toEqual([6, 7]);
  });

  it('tries the next fix when the first one does not hold', () => {
    expect(deployed).toBe(0);
    expect(world.count('verifyFix')).toBe(2);
    expect(world.count('deployFix')).toBe(1);
  });
});

describe('remediateIncident', () => {
  it('brings a 2nd dossier when it changes during a decision, and no 3rd', async () => {
    const world = openWorld({ plan: 'open' });
    await play({
      world,
      during: async ({ env, nudge }) => {
        await env.sleep('1 hour');
        world.dossier = 'e'.repeat(64);
        await nudge();
        await env.sleep('1 hour');
        await nudge();
        await env.sleep('1 hour');
        world.gates['plan'] = 'passed';
        await nudge(planGate);
      },
    });
    const sent = world.inputs.filter(({ name }) => name === 'sendDossier');
    expect(sent.map(({ input }) => input['digest'])).toEqual(['d'.repeat(64), 'e'.repeat(64)]);
  });

  it('plans nothing and lifts nothing while 1 second opinion differs', async () => {
    const world = openWorld();
    let differs = true;
    const askSecondOpinion: Activities['askSecondOpinion'] = async () => {
      if (!differs) return { affected: 1, sampled: 9, commitments: 50 };
      throw failsFor('SECOND_OPINION_DIFFERS');
    };
    await play({
      world,
      overrides: { askSecondOpinion },
      during: async ({ env, nudge }) => {
        await env.sleep('3 hours');
        expect(world.count('holdDeals')).toBe(1);
        expect(world.count('draftPlan') + world.count('sendDueLetters')).toBe(0);
        differs = false;
        await nudge();
      },
    });
    const called = world.inputs.find(({ name }) => name === 'callForPerson');
    expect(called?.input).toMatchObject({ step: 'askSecondOpinion' });
    expect(world.count('draftPlan')).toBeGreaterThan(0);
  });

  it('settles anew what comes back while 2 people read the post-mortem', async () => {
    const world = openWorld({ close: 'open' });
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
      during: async ({ env, nudge }) => {
        await env.sleep('1 hour');
        expect(world.count('draftPostMortem')).toBe(1);
        back = true;
        await env.sleep('2 days'); // Nobody nudges: the next look at the bank finds it.
        expect(world.count('withdrawGate')).toBe(1);
        expect(world.count('draftPostMortem')).toBe(2);
        expect(world.count('publishPostMortem')).toBe(0);
        world.gates['close'] = 'passed';
        await nudge(workflowIds.gate(incidentId, 'close'));
      },
    });
    expect(world.count('closeIncident')).toBe(1);
  });

  it('looks after the money for 10 days after the end, and then no more', async () => {
    const world = new PlayedWorld();
    const { run, waits } = incidentStart(incidentId);
    const [every, after] = [waits.followUpEvery, waits.followUpFor];
    await whileTimeSkips(async (env) => {
      world.closedAt = new Date(await env.currentTimeMs()).toISOString();
      const watching = {
        workflowId: workflowIds.returns(incidentId),
        taskQueue: taskQueues.incidents,
        args: [{ incidentId, run, every, after }],
      };
      const watch = () => env.client.workflow.execute('watchReturns', watching);
      await withWorker({ env, activities: world.activities(), run: watch });
    });
    expect(world.count('followReturns')).toBe(Math.ceil(after / every) + 1);
  });
});
