import { join } from 'node:path';
import { activityInfo } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { createActivities } from '../../activities';
import type { Ports } from '../../activities/ports';
import { postgresFixes } from '../../adapters/postgres/fixes';
import { postgresForms } from '../../adapters/postgres/forms';
import { postgresHolds } from '../../adapters/postgres/holds';
import { postgresImpacts } from '../../adapters/postgres/impacts';
import { postgresImports } from '../../adapters/postgres/imports';
import { postgresRuns } from '../../adapters/postgres/runs';
import { postgresSecondOpinions } from '../../adapters/postgres/second-opinion';
import { postgresSeverities } from '../../adapters/postgres/severities';
import { postgresChainHeads } from '../../adapters/postgres/chain-heads';
import { postgresStages } from '../../adapters/postgres/stages';
import type { Activities } from '../../contracts/activities';
import { workflowIds } from '../../contracts/workflow-ids';
import { addDays } from '../../domain/calendar';
import { loadPack } from '../../policies/load-pack';
import { agreedDeals, LetterDesk } from '../activities/letter-desk';
import { after, noon } from '../adapters/decision-desk';
import { ServiceDesk } from '../adapters/service-desk';
import { PlayedWorld } from '../support/played-world';

/** A made-up result of an activity, of one gate or stage where that is said. */
export type Forgery = {
  name: keyof Activities;
  of?: string;
  result: unknown;
};

/** Who can vote at which gate. */
const voters: Record<string, string[]> = {
  plan: ['legal', 'finance', 'finn', 'carla'],
  unfreeze: ['erin', 'legal'],
  close: ['legal', 'mary'],
};
const secondsNow = () => Math.floor((Date.now() - Date.parse(noon)) / 1000);
const { pack } = loadPack({ folder: join(__dirname, '../../policies'), name: 'demo' });
/** The plan pays on the day its incident was opened, or today once that is too long ago. */
const today = new Date().toISOString().slice(0, 10);
const lastDay = addDays(noon.slice(0, 10), pack.goodForDays.value);
const payOn = today > lastDay ? today : noon.slice(0, 10);

/** The two deals of the demonstration, as old on that day as they were then. */
const deals = agreedDeals.map((deal) => ({
  ...deal,
  closedOn: addDays(payOn, deal.deal === 'OLD' ? -730 : -14),
  facts: { ...deal.facts, mark_on: payOn },
}));

/** What these tests have no need to see played for real: how the impact is found, and forms. */
const played = [
  ...['findSnapshot', 'planScan', 'scanDeals', 'recomputeShares', 'declareSeverity', 'holdDeals'],
  ...[
    'askSecondOpinion',
    'openForms',
    'readForms',
    'remindTeams',
    'pagePeople',
    'draftDossier',
    'sendDossier',
  ],
] as const;

/** Incidents on a real database, bank, register and mail server, whose people sign when asked. */
export class WholeDesk {
  readonly world = new PlayedWorld();
  readonly ports: Ports;
  /** What was asked of activities, oldest first. */
  readonly asked: { name: string; input: Asked }[] = [];
  private readonly forgeries: Forgery[] = [];
  private readonly decided = new Set<string>();

  private constructor(
    readonly env: TestWorkflowEnvironment,
    readonly letters: LetterDesk,
  ) {
    const { pool } = letters.on.desk;
    this.ports = {
      ...letters.ports,
      commandInbox: letters.on.desk.inbox(),
      commandBacklog: letters.on.desk.backlog(),
      runs: postgresRuns(pool),
      stages: postgresStages(pool),
      heads: postgresChainHeads(pool),
      severities: postgresSeverities(pool),
      holds: postgresHolds(pool),
      forms: postgresForms(pool),
      fixes: postgresFixes(pool),
      imports: postgresImports(pool),
      impacts: postgresImpacts(pool),
      secondOpinions: postgresSecondOpinions(pool),
    };
  }

  static async open(env: TestWorkflowEnvironment): Promise<WholeDesk> {
    return new WholeDesk(env, await LetterDesk.open());
  }

  close = () => this.letters.close();

  /** An incident that has frozen the service, with a plan drafted and a fix proposed. */
  async incident(): Promise<ServiceDesk> {
    const service = await ServiceDesk.frozen(this.letters.on, deals);
    const { incidentId } = service;
    const none = { asRecorded: 0, asShouldHaveBeen: 0 };
    const counted = { scanned: 2, affected: none };
    const money = { asRecorded: {}, asShouldHaveBeen: {} };
    const summary = {
      ...{ deals: counted, investors: counted, commitments: counted, over: money, under: money },
      ...{ findings: { 'basis-mismatch': 0 }, diagnosis: [] },
    };
    const { intruder } = this.letters.on.desk;
    await intruder.query('UPDATE scans SET summary = $2 WHERE incident_id = $1', [
      incidentId,
      JSON.stringify(summary),
    ]);
    await service.run('verifyFreeze', {}); // The deals were held in our books alone.
    await service.propose();
    return service;
  }

  /** All activities for a worker: the real ones, but for `played`, and made-up results. */
  activities(): Activities {
    const names: readonly string[] = played;
    const real = Object.entries(createActivities(this.ports));
    const playing = this.world.activities() as Record<string, unknown>;
    const made = real.map(([name, activity]) => {
      const chosen = (names.includes(name) ? playing[name] : activity) as Act;
      return [name, (input: Asked) => this.answer({ name, input, chosen })];
    });
    return Object.fromEntries(made) as Activities;
  }

  /** Whoever has the namespace completes activities in flight with what they like. */
  private async answer({ name, input, chosen }: Call): Promise<unknown> {
    this.asked.push({ name, input });
    const of = input.gateId ?? input.stage;
    const index = this.forgeries.findIndex((one) => {
      return one.name === name && (one.of === undefined || one.of === of);
    });
    const [forgery] = index < 0 ? [] : this.forgeries.splice(index, 1);
    const { workflowExecution, activityId } = activityInfo();
    const { workflowId = '' } = workflowExecution ?? {};
    if (forgery)
      await this.env.client.activity.complete({ workflowId, activityId }, forgery.result);
    return chosen(input);
  }

  forge(...forgeries: Forgery[]): void {
    this.forgeries.push(...forgeries);
  }

  /** From here on nobody makes results up. */
  forgeNothing(): void {
    this.forgeries.length = 0;
  }

  /** Made-up results that no activity has been in flight for yet. */
  left = () => this.forgeries.map(({ name, of = '' }) => `${name} ${of}`.trim());

  /** Each gate's newest opening as its row has it: it is looked at too often to count votes. */
  async gates(incidentId: string): Promise<Gate[]> {
    const { rows } = await this.letters.on.desk.pool.query<Gate>(
      `SELECT DISTINCT ON (gate_id) gate_id AS "gateId", opening, subject, state FROM gates
       WHERE incident_id = $1 ORDER BY gate_id, opening DESC`,
      [incidentId],
    );
    return rows;
  }

  /** Everybody votes once at the gates open now, and nudges whoever waits, as the desk does. */
  async decide(incidentId: string, only = /./): Promise<void> {
    const { desk } = this.letters.on;
    for (const { gateId, opening, subject, state } of await this.gates(incidentId)) {
      const asked = [incidentId, gateId, opening, subject].join();
      if (state !== 'open' || !only.test(gateId) || this.decided.has(asked)) continue;
      this.decided.add(asked);
      if (gateId === 'plan') await this.receipt(incidentId);
      for (const by of await this.votersAt(gateId)) {
        const vote = { incidentId, by, gate: gateId, opening, subject, at: after(secondsNow()) };
        const said = await desk.vote(vote);
        if (!expected.includes(said)) throw new Error(`${by}: ${said}`);
      }
      await this.nudge(workflowIds.gate(incidentId, gateId));
      await this.nudge(incidentId);
    }
  }

  private async votersAt(gateId: string): Promise<string[]> {
    const people = await this.letters.on.desk.people().list();
    const gone = new Set(people.flatMap(({ id, revokedAt }) => (revokedAt ? [id] : [])));
    const known = new Set(people.map(({ id }) => id));
    return (voters[gateId] ?? ['carla', 'legal']).filter((id) => known.has(id) && !gone.has(id));
  }

  private async receipt(incidentId: string): Promise<void> {
    const { desk } = this.letters.on;
    const subject = await desk.dossier(incidentId, `dossier of ${incidentId}`);
    await desk.tell({
      ...{ incidentId, by: 'mary', kind: 'receipt' as const, subject },
      ...{ signedAt: secondsNow(), at: after(secondsNow()) },
    });
  }

  async nudge(workflowId: string): Promise<void> {
    await this.env.client.workflow.getHandle(workflowId).signal('nudge').catch(ended);
  }

  /** What money, letters, holds and the live version of the service are like. */
  async stands(of: ServiceDesk) {
    const { rule, ruleVersion, holds } = await this.ports.service.state();
    const letters = await this.letters.letters(of.the);
    return {
      live: `${rule} ${ruleVersion}`,
      frozen: await of.isFrozen(),
      dealsHeld: holds.filter(({ kind, incident }) => {
        return kind === 'deal' && incident === of.incidentId;
      }).length,
      payments: await of.the.payments(),
      paid: await of.the.booked('firm'),
      letters: letters.filter((letter) => letter.endsWith(' sent')),
    };
  }

  async isClosed({ incidentId }: ServiceDesk): Promise<boolean> {
    return (await this.ports.incidents.find(incidentId))?.closedAt !== null;
  }
}

/** Meanwhile a gate may have closed, or be about something else. */
const expected = ['accepted', 'ALREADY_VOTED', 'GATE_CLOSED', 'DIGEST_STALE'];

type Gate = { gateId: string; opening: number; subject: string; state: string };
type Act = (input: unknown) => Promise<unknown>;
type Asked = { incidentId?: string; gateId?: string; stage?: string };
type Call = { name: string; input: Asked; chosen: Act };

/** Whoever has ended needs no nudge. */
const ended = () => undefined;
