import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { IncidentStart } from '../../contracts/incident';
import { taskQueues, workflowIds } from '../../contracts/workflow-ids';
import type { remediateIncident } from '../../workflows/remediate-incident';
import { after, noon } from '../adapters/decision-desk';
import type { ServiceDesk } from '../adapters/service-desk';
import { incidentStart } from '../support/played-world';
import { devServer, withWorker } from '../support/temporal';
import { until } from '../support/until';
import { WholeDesk, type Forgery } from './whole-desk';

let env: TestWorkflowEnvironment;
let desk: WholeDesk;
beforeAll(async () => {
  env = await devServer();
  desk = await WholeDesk.open(env);
});
afterAll(async () => {
  await Promise.all([env.teardown(), desk.close()]);
});

const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
const nowhere = '9'.repeat(64);
const passed = { state: 'passed', missing: [] };
const rejected = { state: 'rejected', missing: [], reason: 'so I say' };
const booked = { payers: ['firm'], payments: 3, calls: 1, transfers: 1, outdated: false };
const openNone = { payments: 0, invoices: 0, transfers: 0, unknown: 0, refused: 0 };
const sentAll = { sent: 2, waiting: 0, unknown: 0, failed: 0, left: 0 };

/** Each once, while the real one is in flight; nothing of it is signed by anybody. */
const unsigned: Forgery[] = [
  { name: 'recomputeShares', result: { dealsAffected: 0, investorsAffected: 0, impactDigest: '' } },
  { name: 'verifyFix', result: { holds: true, reportDigest: nowhere } },
  { name: 'tallyGate', of: 'unfreeze', result: passed },
  { name: 'deployFix', result: null },
  { name: 'probeFix', result: { holds: true } },
  { name: 'draftLetterText', of: 'advice', result: { digest: nowhere, rejected: false } },
  { name: 'draftLetterText', of: 'advice', result: { digest: nowhere, rejected: true } },
  { name: 'tallyGate', of: 'letters/acknowledgement', result: passed },
  { name: 'tallyGate', of: 'letters/advice', result: rejected },
  { name: 'sendDueLetters', of: 'acknowledgement', result: sentAll },
  {
    name: 'openGate',
    of: 'letters/call',
    result: { opening: 9, expiresAt: tomorrow, state: 'open' },
  },
  { name: 'openGate', of: 'plan', result: { opening: 99, expiresAt: tomorrow, state: 'open' } },
  { name: 'tallyGate', of: 'plan', result: rejected },
  { name: 'draftPlan', result: { kind: 'rejected', version: 1, digest: nowhere } },
  {
    name: 'draftPlan',
    result: { kind: 'drafted', version: 1, digest: nowhere, deals: 2, lines: 9 },
  },
  { name: 'tallyGate', of: 'plan', result: passed },
  { name: 'prepareSettlement', result: booked }, // The page's.
  { name: 'prepareSettlement', result: booked }, // Its child's, which then asks for real money.
];

/** The same once everything is signed: what is still to do is done all the same. */
const signed: Forgery[] = [
  { name: 'liftFreeze', result: { lastSeq: 1_000_000 } },
  { name: 'prepareSettlement', result: { ...booked, outdated: true } },
  { name: 'draftPlan', result: { kind: 'nothing' } },
  { name: 'findApprovedPlans', result: { versions: [] } },
  { name: 'payChunk', result: { settled: 3, refused: 0, unknown: 0, waiting: 0 } },
  { name: 'settlementState', result: { open: openNone, terminal: true } },
  { name: 'matchReceipts', result: { matched: 1, unmatched: 0 } },
  { name: 'sendDueLetters', of: 'advice', result: sentAll },
  { name: 'sendDueLetters', of: 'resolution', result: sentAll },
  { name: 'proveTerminal', result: { affected: 2, open: 0 } },
  { name: 'proveTerminal', result: { affected: 2, open: 0 } },
  { name: 'reconcilePlan', result: { explained: true } },
  { name: 'publishPostMortem', result: { mailed: 7 } },
];

/** Waits in seconds, so that nobody is waited for long. */
function startOf({ incidentId }: ServiceDesk): IncidentStart {
  const start = incidentStart(incidentId);
  const soon = { pollBank: 1, pollLive: 1, formsRemindEvery: 1, freezeWatchEvery: 1 };
  return { ...start, waits: { ...start.waits, ...soon, liveChecks: 0 } };
}

const begin = (of: ServiceDesk) =>
  env.client.workflow.start<typeof remediateIncident>('remediateIncident', {
    workflowId: of.incidentId,
    workflowIdConflictPolicy: 'TERMINATE_EXISTING',
    taskQueue: taskQueues.incidents,
    args: [startOf(of)],
  });

type Holds = () => Promise<boolean>;

/**
 * Until it holds; looks when something was asked of activities since the last look. Whoever waits a
 * minute before the next try is nudged.
 */
const untilNudged = (of: ServiceDesk) => (what: string, holds: Holds) => {
  let [seen, nudged] = [-1, Date.now()];
  return until(what, async () => {
    const isStill = Date.now() > nudged + 1_000;
    if (desk.asked.length === seen && !isStill) return false;
    seen = desk.asked.length;
    if (await holds()) return true;
    if (!isStill) return false;
    nudged = Date.now();
    await desk.nudge(of.incidentId);
    return false;
  });
};

const gatesOf = async ({ incidentId }: ServiceDesk) => {
  const gates = await desk.gates(incidentId);
  return gates.map(({ gateId, opening, state }) => `${gateId} ${String(opening)} ${state}`);
};

describe('results made up while the real ones are in flight', () => {
  let of: ServiceDesk;
  beforeAll(async () => {
    of = await desk.incident();
  });

  it(`pay, send, deploy and lift nothing: ${unsigned.length} before anybody signs`, async () => {
    desk.forge(...unsigned);
    const before = await desk.stands(of);
    const all = ['acknowledgement', 'advice', 'call', 'resolution'].map((to) => `letters/${to}`);
    const run = async () => {
      await begin(of);
      await untilNudged(of)('every result was forged, and all 6 gates are open', async () => {
        const gates = await gatesOf(of);
        const isOpen = (gate: string) => gates.some((one) => one.startsWith(`${gate} `));
        return desk.left().length === 0 && [...all, 'plan', 'unfreeze'].every(isOpen);
      });
      expect((await gatesOf(of)).filter((gate) => !gate.endsWith(' open'))).toEqual([]);
      expect(await desk.stands(of)).toEqual(before);
      expect(before).toMatchObject({ frozen: true, dealsHeld: 3, payments: [], letters: [] });

      desk.forge(...signed);
      let paidIn = false;
      await untilNudged(of)('the incident is closed', async () => {
        await desk.decide(of.incidentId);
        // E pays once E has been asked to.
        if (!paidIn && (await desk.letters.letters(of.the)).includes('call E 1 sent')) {
          await of.the.payIn('E');
          paidIn = true;
        }
        return desk.isClosed(of);
      });
    };
    await withWorker({ env, activities: desk.activities(), run });
  }, 180_000);

  it(`leave nothing undone: ${signed.length} afterwards, and the worked end`, async () => {
    expect(desk.left()).toEqual([]);
    expect(await desk.stands(of)).toMatchObject({ frozen: false, dealsHeld: 0 });
    expect(await paid(of)).toEqual(worked);
    const letters = await desk.letters.letters(of.the);
    expect([letters.length, letters.filter((row) => !row.endsWith('1 sent'))]).toEqual([7, []]);
    expect(await desk.letters.on.desk.verify(of.incidentId)).toMatchObject({ holds: true });
    const kinds = (await desk.letters.on.desk.evidence(of.incidentId)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'closed')).toHaveLength(1);
    const subjects = desk.letters.mail.taken.map(({ subject }) => subject);
    expect(subjects).toContainEqual(expect.stringContaining('post-mortem'));
  });
});

describe('workflows of ours that a stranger starts', () => {
  const nobody = 'INC-2026-9999';

  it('do nothing for an incident there is and 1 there is not; the real run goes on', async () => {
    desk.forgeNothing();
    const of = await desk.incident();
    const { incidentId } = of;
    const before = await desk.stands(of);
    const run = async () => {
      const strangers = [incidentId, nobody].flatMap((id) => strangersOf(id, startOf(of)));
      for (const { type, workflowId, input } of strangers) {
        const options = { workflowId, taskQueue: taskQueues.incidents, args: [input] };
        await env.client.workflow.start(type, options);
      }
      const asked = (name: string, id: string) =>
        desk.asked.some(({ name: one, input }) => one === name && input.incidentId === id);
      const each = ['prepareSettlement', 'draftLetterText', 'tallyGate', 'checkLiveAllocations'];
      await until(
        'each has asked for what it wants',
        () => each.every((name) => asked(name, incidentId)) && asked('prepareSettlement', nobody),
      );
      expect(await desk.stands(of)).toEqual(before);
      const { holds } = await desk.ports.service.state();
      expect(holds.filter(({ incident }) => incident === nobody)).toEqual([]);
      expect(desk.letters.mail.taken.filter(({ subject }) => subject?.includes(nobody))).toEqual(
        [],
      );

      await begin(of); // In the place of whoever sits on its ids.
      await untilNudged(of)('the plan is signed, and the firm has paid', async () => {
        await desk.decide(incidentId, /plan/);
        return (await of.the.booked('firm')).length === 2;
      });
      expect(await paid(of)).toEqual(worked);
      for (const id of [incidentId, ...strangers.map(({ workflowId }) => workflowId)]) {
        await env.client.workflow.getHandle(id).terminate('seen enough').catch(no);
      }
    };
    await withWorker({ env, activities: desk.activities(), run });
  }, 180_000);
});

/** The ids of real children where there are any, and inputs nobody of ours would give. */
function strangersOf(incidentId: string, { waits }: IncidentStart) {
  const of = { incidentId, run: 1 };
  const start = { ...of, openedAt: tomorrow, drill: false, reportedDeals: [], severity: '', waits };
  return [
    { type: 'settlePlan', workflowId: workflowIds.settlement(incidentId, 1), version: 1, waits },
    { type: 'deliverLetters', workflowId: workflowIds.letters(incidentId, 'call'), stage: 'call' },
    { type: 'deliverLetters', workflowId: `${incidentId}/x`, stage: 'resolution' },
    { type: 'passGate', workflowId: `${incidentId}/gate/plan`, gateId: 'plan', subject: nowhere },
    { type: 'incidentDesk', workflowId: `${incidentId}/desk-2`, lookEvery: 1 },
    { type: 'certifyLiveAllocations', workflowId: `${incidentId}/y`, after: 0, left: 5 },
    { type: 'watchFreeze', workflowId: `${incidentId}/z`, every: 3600 },
    { type: 'pageOnCall', workflowId: workflowIds.paging(incidentId), every: 3600, round: 1 },
    { type: 'remediateIncident', workflowId: incidentId, ...start },
  ].map(({ type, workflowId, ...more }) => ({
    type,
    workflowId,
    input: { ...of, waits, ...more },
  }));
}

describe('a key that turns out compromised in the middle of a settlement', () => {
  it('opens the gate again: 2 payments stay, the 3rd waits for new votes after 1 no', async () => {
    desk.forgeNothing();
    const of = await desk.incident();
    const { incidentId } = of;
    const people = desk.letters.on.desk;
    const refunded = async () => (await of.the.booked(`spv:${of.the.fresh}`)).filter(isOut).length;
    const run = async () => {
      const handle = await begin(of);
      await untilNudged(of)('the firm has paid, and E is invoiced', async () => {
        await desk.decide(incidentId, /plan/);
        return (await of.the.booked('firm')).length === 2;
      });
      await people.revoke('finance', { at: now(), compromised: true });
      await people.enrol('finn', 'finance');
      await of.the.payIn('E');
      await untilNudged(of)('the plan is asked for again', async () =>
        (await gatesOf(of)).includes('plan 2 open'),
      );
      const gate = await desk.ports.gates.view({ incidentId, gateId: 'plan' });
      expect(gate?.missing.join()).toMatch(/legal.*finance/);
      expect(await paid(of)).toEqual(worked);
      expect(await refunded()).toBe(0);
      expect(await desk.ports.service.register(of.the.fresh)).toBeUndefined();

      // Rejected in the middle, it is named and left, until somebody has it decided again.
      const { opening, subject } = gate!;
      const about = { incidentId, by: 'legal', subject, at: now() };
      const no = { gate: 'plan', opening, decision: 'reject' as const, reason: 'still owed?' };
      expect(await people.vote({ ...about, ...no })).toBe('accepted');
      await untilNudged(of)('it is rejected', async () =>
        (await gatesOf(of)).includes('plan 2 rejected'),
      );
      const body = { gate: 'plan', opening, reason: 'it is owed all the same' };
      const again = { ...about, kind: 'ask-again' as const, body, signedAt: secondsNow() };
      expect(await people.tell(again)).toBe('accepted');
      await untilNudged(of)('it is asked for once more', async () =>
        (await gatesOf(of)).includes('plan 3 open'),
      );
      expect(await refunded()).toBe(0);

      await untilNudged(of)('D is refunded on votes that count', async () => {
        await desk.decide(incidentId, /plan/);
        return (await refunded()) === 1;
      });
      expect(await paid(of)).toEqual(worked);
      await handle.terminate('seen enough');
    };
    await withWorker({ env, activities: desk.activities(), run });
  }, 180_000);
});

const secondsNow = () => Math.floor((Date.now() - Date.parse(noon)) / 1000);
const now = () => after(secondsNow());
const worked = ['out 1086 investor:D', 'out 708128 investor:E'];
const paid = async ({ the }: ServiceDesk) => (await the.booked('firm')).sort();
const isOut = (entry: string) => entry.startsWith('out ');
const no = () => false;
