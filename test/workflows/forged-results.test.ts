import { activityInfo } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { withCodedFailures } from '../../activities/coded-failures';
import { allBeating } from '../../activities/keep-beating';
import { openGate } from '../../activities/open-gate';
import { prepareSettlement } from '../../activities/prepare-settlement';
import { withServerTime } from '../../activities/server-time';
import { tallyGate } from '../../activities/tally-gate';
import { withdrawGate } from '../../activities/withdraw-gate';
import { smtpMailer } from '../../adapters/mail/smtp-mailer';
import { postgresNotices } from '../../adapters/postgres/notices';
import { postgresPersonCalls } from '../../adapters/postgres/person-calls';
import type { Activities } from '../../contracts/activities';
import { taskQueues, workflowIds } from '../../contracts/workflow-ids';
import type { remediateIncident } from '../../workflows/remediate-incident';
import { after, noon } from '../adapters/decision-desk';
import { ServiceDesk, serviceActivities } from '../adapters/service-desk';
import { SettlementDesk } from '../adapters/settlement-desk';
import { incidentStart, PlayedWorld } from '../support/played-world';
import { devServer, withWorker } from '../support/temporal';
import { until } from '../support/until';

let env: TestWorkflowEnvironment;
let on: SettlementDesk;
let service: ServiceDesk;
beforeAll(async () => {
  [env, on] = await Promise.all([devServer(), SettlementDesk.open()]);
  await on.desk.enrol('erik', 'engineering');
  service = await ServiceDesk.frozen(on);
  await service.propose();
});
afterAll(async () => {
  await Promise.all([env.teardown(), on.close()]);
});

type Forgery = { name: keyof Activities; gateId?: string; result: unknown };
const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
const nowhere = '9'.repeat(64);

/** Each once, while the real one is in flight; nothing of it is signed by anybody. */
const forgeries: Forgery[] = [
  { name: 'verifyFix', result: { holds: true, reportDigest: nowhere } },
  { name: 'tallyGate', gateId: 'unfreeze', result: { state: 'passed', missing: [] } },
  { name: 'deployFix', result: null },
  { name: 'probeFix', result: { holds: true } },
  {
    name: 'openGate',
    gateId: 'plan',
    result: { opening: 99, expiresAt: tomorrow, state: 'open' },
  },
  { name: 'tallyGate', gateId: 'plan', result: { state: 'passed', missing: [] } },
  {
    name: 'prepareSettlement',
    result: { payers: ['firm'], payments: 3, calls: 0, transfers: 0, outdated: false },
  },
];

/** Whoever has the namespace completes activities in flight with what they like. */
function forged(activities: Activities): Activities {
  const made = Object.entries(activities).map(([name, activity]) => {
    const run = async (input: { gateId?: string }): Promise<unknown> => {
      const index = forgeries.findIndex((one) => {
        return one.name === name && (one.gateId === undefined || one.gateId === input.gateId);
      });
      const [forgery] = index < 0 ? [] : forgeries.splice(index, 1);
      const { workflowExecution, activityId } = activityInfo();
      const { workflowId = '' } = workflowExecution ?? {};
      if (forgery) await env.client.activity.complete({ workflowId, activityId }, forgery.result);
      return (activity as (given: object) => Promise<unknown>)(input);
    };
    return [name, run];
  });
  return Object.fromEntries(made) as Activities;
}

/** Gates, booking and the service track are the real ones; the rest of the incident is played. */
async function activitiesOf(world: PlayedWorld): Promise<Activities> {
  const ports = {
    ...{ ...service.ports, gates: on.desk.gates() },
    // A rejection is mailed; nobody rejects here.
    ...{ notices: postgresNotices(on.desk.pool), calls: postgresPersonCalls(on.desk.pool) },
    mailer: smtpMailer('smtp://127.0.0.1:1'),
  };
  const real = withCodedFailures({
    openGate: openGate(ports),
    tallyGate: tallyGate(ports),
    withdrawGate: withdrawGate(ports),
    prepareSettlement: prepareSettlement(ports),
    ...serviceActivities(service.ports),
  });
  const plan = await ports.plans.readPlan(service);
  world.plan = { kind: 'drafted', version: 1, digest: plan?.digest ?? '', deals: 2, lines: 9 };
  const played: Record<string, unknown> = { ...world.activities() };
  const chosen = Object.entries(real).map(([name, activity]) => {
    const choose = (input: { gateId?: string }) => {
      const { gateId = 'plan' } = input;
      const by = gateId === 'plan' || gateId === 'unfreeze' ? activity : played[name];
      return (by as (given: object) => Promise<unknown>)(input);
    };
    return [name, choose];
  });
  const all = { ...world.activities(), ...Object.fromEntries(chosen) } as Activities;
  return allBeating(forged(withServerTime(all)));
}

const stands = async () => {
  const { rule, ruleVersion } = await service.ports.service.state();
  const { rows } = await on.desk.pool.query<{ line: string }>(
    `SELECT gate_id || ' ' || state AS line FROM gates WHERE incident_id = $1 ORDER BY 1`,
    [service.incidentId],
  );
  return {
    live: `${rule} ${ruleVersion}`,
    frozen: await service.isFrozen(),
    gates: rows.map(({ line }) => line),
    payments: await service.the.payments(),
    paid: await service.the.booked('firm'),
  };
};

/** A real vote at real time, with its nudge, as the desk sends it. */
async function vote(by: string): Promise<string> {
  const { incidentId } = service;
  const gate = await on.desk.gates().view({ incidentId, gateId: 'unfreeze' });
  const { subject = '', opening = 0 } = gate ?? {};
  const signedAt = Math.floor((Date.now() - Date.parse(noon)) / 1000);
  const at = after(signedAt);
  return on.desk.vote({ incidentId, by, gate: 'unfreeze', opening, subject, at });
}

describe('7 forged results in flight', () => {
  it('pay, deploy and lift nothing; 2 real votes afterwards bring the service back', async () => {
    const world = new PlayedWorld();
    for (const stage of ['acknowledgement', 'call', 'advice', 'resolution']) {
      world.gates[`letters/${stage}`] = 'passed';
    }
    const { incidentId } = service;
    const nudge = (id: string) => env.client.workflow.getHandle(id).signal('nudge');
    let nudged = 0;
    const untilNudged = (what: string, holds: () => Promise<boolean>) =>
      until(what, async () => {
        if (await holds()) return true;
        // Whoever waits a minute before the next try goes on at once.
        if (Date.now() > nudged + 2_000) await nudge(incidentId);
        if (Date.now() > nudged + 2_000) nudged = Date.now();
        return false;
      });
    const run = async () => {
      const args: Parameters<typeof remediateIncident> = [incidentStart(incidentId)];
      const options = { workflowId: incidentId, taskQueue: taskQueues.incidents, args };
      const handle = await env.client.workflow.start<typeof remediateIncident>(
        'remediateIncident',
        options,
      );
      const open = ['plan open', 'unfreeze open'];
      await untilNudged('every result was forged, and both gates are open', async () => {
        const { gates } = await stands();
        return forgeries.length === 0 && open.every((gate) => gates.includes(gate));
      });
      expect(await stands()).toMatchObject({
        live: 'prorate@1 initial',
        frozen: true,
        payments: [],
        paid: [],
      });
      expect([await vote('erik'), await vote('legal')]).toEqual(['accepted', 'accepted']);
      await untilNudged('the service is online', async () => {
        await nudge(workflowIds.gate(incidentId, 'unfreeze')).catch(() => undefined);
        return !(await service.isFrozen());
      });
      expect(await stands()).toMatchObject({
        live: `prorate@1 prorate@1/${incidentId}.1`,
        payments: [],
        paid: [],
      });
      await handle.terminate('seen enough');
    };
    await withWorker({ env, activities: await activitiesOf(world), run });
  });
});
