import { generateKeyPairSync } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { answerBacklog } from '../../activities/answer-backlog';
import { answerCommand } from '../../activities/answer-command';
import { keepCommands } from '../../activities/keep-commands';
import type { Activities } from '../../contracts/activities';
import type { CommandAnswer } from '../../contracts/command';
import { taskQueues, workflowIds } from '../../contracts/workflow-ids';
import { decodeCommand } from '../../proof/command-jws';
import { sendCommand } from '../../scripts/send-command';
import { wireDecisions, type Decisions } from '../../workers/wire-decisions';
import type { remediateIncident } from '../../workflows/remediate-incident';
import { DecisionDesk, noon, type Draft } from '../adapters/decision-desk';
import { incidentStart, PlayedWorld } from '../support/played-world';
import { devServer, withWorker } from '../support/temporal';
import { until } from '../support/until';

type Runbook = typeof remediateIncident;

/** `npm run flood` sends 10,000, and 1,000 to the parent and its gates. */
const messagesMax = Number(process.env['MAKEWHOLE_HOSTILE_MESSAGES'] ?? '500');
const signalsMax = Math.min(messagesMax / 2, 1000);
const inFlight = 50;
let planDigest: string;
let env: TestWorkflowEnvironment;
let desk: DecisionDesk;
let decisions: Decisions;

beforeAll(async () => {
  [desk, env] = await Promise.all([DecisionDesk.open(), devServer()]);
  for (const [id, roles] of [
    ['olga', 'on-call'],
    ['lena', 'legal'],
    ['finn', 'finance'],
    ['eve', 'operations'],
  ] as const) {
    await desk.enrol(id, roles);
  }
  decisions = wireDecisions(desk.database.appUrl);
  desk.keys.set('stranger', generateKeyPairSync('ed25519').privateKey);
});
afterAll(async () => {
  await decisions.close();
  await desk.close();
  await env.teardown();
});

/** Everything but evidence, what came in as a command, and whom a gate still waits for. */
const untouched = async (): Promise<Record<string, string>> => {
  const { rows: tables } = await desk.intruder.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL
       ('{evidence,commands,command_inbox,votes,waits,refusal_series}') ORDER BY tablename`,
  );
  const digests: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows } = await desk.intruder.query<{ digest: string }>(
      `SELECT md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) AS digest
       FROM ${name} t`,
    );
    digests[name] = rows[0]!.digest;
  }
  return digests;
};

/** Somebody who can send whatever they like to Temporal, and has no key. */
class Flood {
  private sent = 0;
  turnedAway = 0;

  constructor(
    private readonly incidentId: string,
    private readonly other: string,
  ) {}

  /** Sends so many, 50 at a time. */
  async send(count: number): Promise<void> {
    const end = this.sent + count;
    const lane = async () => {
      while (this.sent < end) await this.sendOne((this.sent += 1));
    };
    await Promise.all(Array.from({ length: inFlight }, lane));
  }

  private async sendOne(index: number): Promise<void> {
    const signal = this.handle().signal('command', this.message(index));
    await signal.catch(() => (this.turnedAway += 1)); // Over a limit of the server.
  }

  private message(index: number): unknown {
    const vote = (by: string, draft: Partial<Draft> = {}) =>
      signedVote({ incident: this.incidentId, by, ...draft });
    const kinds = [
      () => `{"kind":"decide","n":${String(index)}}`,
      () => `${vote('lena').slice(0, -86)}${'A'.repeat(86)}`,
      () => vote('stranger'),
      () => first,
      () => vote('eve', { incident: this.other }),
      () => 'x'.repeat(20_000),
      () => ({ kind: 'decide', n: index }),
      () => 'the same again and again',
      () => `\u0000${'☠'.repeat(100)}${String(index)}`,
      () => vote('lena', { iss: 'finn' }),
    ];
    const first = this.accepted;
    return kinds[index % kinds.length]!();
  }

  /** A command that was accepted before, to be replayed. */
  accepted = '';
  private readonly handle = () => env.client.workflow.getHandle(workflowIds.desk(this.incidentId));
}

function signedVote({ by, ...draft }: Partial<Draft> & { by: string }): string {
  const signedAt = Math.floor((Date.now() - Date.parse(noon)) / 1000);
  const body = { gate: 'plan', opening: 1, decision: 'approve' };
  return desk.sign(by, { kind: 'decide', subject: planDigest, body, signedAt, ...draft });
}

const ports = () => ({
  commandInbox: desk.inbox(),
  commandBacklog: desk.backlog(),
});

/** The desk and the plan's gate are real; everything else is played. */
function activitiesOf(world: PlayedWorld): Activities {
  const played = world.activities();
  const gates = desk.gates();
  return world.activities({
    answerCommand: answerCommand(ports()),
    keepCommands: keepCommands(ports()),
    answerBacklog: answerBacklog(ports()),
    openGate: (input) => (input.gateId === 'plan' ? gates.open(input) : played.openGate(input)),
    tallyGate: (input) => (input.gateId === 'plan' ? gates.tally(input) : played.tallyGate(input)),
  });
}

/** Opens an incident and plays it until it waits at gate `plan`. */
async function waitingAtPlan(
  world: PlayedWorld,
): Promise<{ id: string; parent: WorkflowHandle<Runbook> }> {
  const id = await desk.openIncident('olga');
  planDigest = await desk.planOnFile(id);
  world.plan = { kind: 'drafted', version: 1, digest: planDigest, deals: 1, lines: 2 };
  await desk.intruder.query(
    `INSERT INTO plan_lines (incident_id, version, deal_id, investor_id, leg, sequence,
       amount_minor, currency, payer, payee, computed, leaf)
     VALUES ($1, 1, 'OLD', 'E', 'let-stand', 1, 0, 'USD', '', '', 'stands', '{}')`,
    [id],
  );
  const workflow = { workflowId: id, taskQueue: taskQueues.incidents };
  const args: Parameters<Runbook> = [incidentStart(id)];
  const parent = await env.client.workflow.start<Runbook>('remediateIncident', {
    ...workflow,
    args,
  });
  const open = () => desk.count(`FROM gates WHERE incident_id = $1 AND gate_id = 'plan'`, id);
  await until('the plan is being decided', async () => (await open()) === 1);
  return { id, parent };
}

const ask = (id: string, jws: string) =>
  env.client.workflow
    .getHandle(workflowIds.desk(id))
    .executeUpdate<CommandAnswer, [string]>('command', { args: [jws] });
const votesOf = (id: string) => desk.count('FROM votes WHERE incident_id = $1', id);
const eventsOf = async (handle: WorkflowHandle) => (await handle.describe()).historyLength;
const seconds = (since: number) => ((Date.now() - since) / 1000).toFixed(2);
const missing = async (incidentId: string) =>
  (await desk.gates().view({ incidentId, gateId: 'plan' }))?.missing;

/** Votes as the command line does: asking first, or leaving it where it is taken. */
async function votes(vote: { incident: string; by: string; counted: number; via?: 'signal' }) {
  const [{ incident, by, counted, via }, started] = [vote, Date.now()];
  const jws = signedVote({ incident, by });
  const decoded = decodeCommand(jws);
  const jti = 'envelope' in decoded ? decoded.envelope.jti : '';
  const stack = { temporalAddress: env.address, temporalNamespace: env.namespace ?? 'default' };
  const out = { stack, decisions, incident, jws, jti, via, answerWithinMs: 60_000 };
  const delivery = await sendCommand(out);
  await until(`${by}'s vote counts`, async () => (await votesOf(incident)) === counted);
  const way = delivery.kind === 'sent' ? delivery.by : 'update';
  return `by ${way}, counted after ${seconds(started)} s`;
}

/** Sends what no client of ours could: bytes that no reader takes. */
const sendBytes = (workflowId: string, signalName: string) =>
  env.connection.workflowService.signalWorkflowExecution({
    namespace: env.namespace ?? 'default',
    workflowExecution: { workflowId },
    signalName,
    input: { payloads: [broken] },
  });
const broken: Payload = {
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from('{"half a'),
};

describe('an incident that waits at gate plan', () => {
  const figures: string[] = [];
  afterAll(() => process.stderr.write(figures.map((line) => `${line}\n`).join('')));

  it(`counts 2 votes in and after ${messagesMax} bad messages; nothing else changes`, async () => {
    const world = new PlayedWorld();
    world.taken = false;
    const run = async () => {
      const { id, parent } = await waitingAtPlan(world);
      const flood = new Flood(id, await desk.openIncident('olga'));
      flood.accepted = desk.sign('olga', {
        ...{ kind: 'take', incident: id },
        signedAt: Math.floor((Date.now() - Date.parse(noon)) / 1000),
      });
      expect(await ask(id, flood.accepted)).toMatchObject({ accepted: true });
      await until('the board is drawn', async () => (await missing(id))?.length === 3);
      const [before, events] = [await untouched(), await eventsOf(parent)];

      const started = Date.now();
      await flood.send(messagesMax / 2);
      const flooding = flood.send(messagesMax / 2);
      figures.push(`in the middle: ${await votes({ incident: id, by: 'lena', counted: 1 })}`);
      await flooding;
      figures.push(`${messagesMax} messages sent in ${seconds(started)} s`);
      figures.push(`turned away by the server: ${String(flood.turnedAway)}`);

      const last = { incident: id, by: 'finn', counted: 2, via: 'signal' } as const;
      figures.push(`afterwards, behind the flood: ${await votes(last)}`);
      const waiting = () => desk.count('FROM command_inbox WHERE taken_at IS NULL');
      await until('everything is answered', async () => (await waiting()) === 0);
      figures.push(`all answered ${seconds(started)} s after the first`);

      await until('the gate has counted', async () => (await missing(id))?.length === 1);
      const grown = (await eventsOf(parent)) - events;
      figures.push(`the parent's history grew by ${String(grown)} events`);
      expect(grown).toBeLessThan(50);
      expect(await untouched()).toEqual(before);
      expect(world.count('prepareSettlement')).toBe(0);
      expect(await desk.verify(id)).toMatchObject({ holds: true });
      const kinds = (await desk.evidence(id)).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'vote')).toHaveLength(2);
      await parent.terminate('the test is over');
    };
    await withWorker({ env, activities: activitiesOf(world), run });
  }, 1_200_000);

  it(`decides nothing by ${signalsMax} signals to parent and gates`, async () => {
    const world = new PlayedWorld();
    const run = async () => {
      const { id, parent } = await waitingAtPlan(world);
      const before = await untouched();
      const homes = [id, workflowIds.gate(id, 'plan'), workflowIds.gate(id, 'unfreeze')];
      const names = ['nudge', 'decide', 'approve', 'command', '__temporal_x'];
      const lane = async (start: number) => {
        for (let sent = start; sent < signalsMax; sent += inFlight) {
          const handle = env.client.workflow.getHandle(homes[sent % 3]!);
          await handle.signal(names[sent % 5]!, { gate: 'plan', decision: 'approve' });
        }
      };
      await Promise.all(Array.from({ length: inFlight }, (_, start) => lane(start)));
      for (const home of [...homes, workflowIds.desk(id)]) {
        for (const name of ['nudge', 'command']) await sendBytes(home, name);
      }
      for (const by of ['lena', 'finn']) {
        const answer = await ask(id, signedVote({ incident: id, by }));
        expect(answer).toMatchObject({ accepted: true });
      }
      await until('the gate has counted', async () => (await missing(id))?.length === 1);
      expect(await untouched()).toEqual(before);
      expect(world.count('prepareSettlement')).toBe(0);
      expect((await parent.describe()).status.name).toBe('RUNNING');
      await parent.query('board'); // It still answers: nothing in them has stopped it.
      await parent.terminate('the test is over');
    };
    await withWorker({ env, activities: activitiesOf(world), run });
  }, 300_000);
});
