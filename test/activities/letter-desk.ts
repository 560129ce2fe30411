import { join } from 'node:path';
import { withCodedFailures } from '../../activities/coded-failures';
import { closeIncident } from '../../activities/close-incident';
import { draftDossier } from '../../activities/draft-dossier';
import { draftLetterText } from '../../activities/draft-letter-text';
import { draftPostMortem } from '../../activities/draft-post-mortem';
import { followReturns } from '../../activities/follow-returns';
import { openForms } from '../../activities/open-forms';
import { pagePeople } from '../../activities/page-people';
import { callForPerson } from '../../activities/call-for-person';
import { proveTerminal } from '../../activities/prove-terminal';
import { publishPostMortem } from '../../activities/publish-post-mortem';
import { readForms } from '../../activities/read-forms';
import { remindGate } from '../../activities/remind-gate';
import { remindTeams } from '../../activities/remind-teams';
import { remindUpdate } from '../../activities/remind-update';
import { sendDossier } from '../../activities/send-dossier';
import { sendDueLetters } from '../../activities/send-due-letters';
import { tallyGate } from '../../activities/tally-gate';
import { tellClocks } from '../../activities/tell-clocks';
import { thankPerson } from '../../activities/thank-person';
import { weighFacts } from '../../activities/weigh-facts';
import { postgresClocks } from '../../adapters/postgres/clocks';
import { postgresSeverities } from '../../adapters/postgres/severities';
import { postgresSizings } from '../../adapters/postgres/sizings';
import { smtpMailer } from '../../adapters/mail/smtp-mailer';
import { postgresDocuments } from '../../adapters/postgres/documents';
import { postgresGates } from '../../adapters/postgres/gates';
import { postgresHolds } from '../../adapters/postgres/holds';
import { postgresImpacts } from '../../adapters/postgres/impacts';
import { postgresLetterCases } from '../../adapters/postgres/letter-cases';
import { postgresLetters } from '../../adapters/postgres/letters';
import { postgresForms } from '../../adapters/postgres/forms';
import { postgresNotices } from '../../adapters/postgres/notices';
import { postgresPersonCalls } from '../../adapters/postgres/person-calls';
import { postgresChainHeads } from '../../adapters/postgres/chain-heads';
import { postgresStages } from '../../adapters/postgres/stages';
import { postgresUpdates } from '../../adapters/postgres/updates';
import type { LetterStage } from '../../domain/letter-case';
import { standardLetters } from '../../templates/standard-letters';
import { noon } from '../adapters/decision-desk';
import { freshDeal, oldDeal, type ImportedDeal } from '../adapters/plan-desk';
import { SettlementDesk, type SettlementCase } from '../adapters/settlement-desk';
import { MailServer } from './mail-server';
import { ActivityContext } from '../support/activity-context';

const folder = join(__dirname, '../../templates/letters');

function portsOf(on: SettlementDesk, smtpUrl: string) {
  const { pool } = on.desk;
  return {
    ...on.ports,
    stages: postgresStages(pool),
    heads: postgresChainHeads(pool),
    holds: postgresHolds(pool),
    impacts: postgresImpacts(pool),
    letters: postgresLetters(pool),
    letterCases: postgresLetterCases(pool),
    standardLetters: standardLetters(folder),
    gates: postgresGates(pool),
    notices: postgresNotices(pool),
    forms: postgresForms(pool),
    updates: postgresUpdates(pool),
    severities: postgresSeverities(pool),
    sizings: postgresSizings(pool),
    clocks: postgresClocks(pool),
    calls: postgresPersonCalls(pool),
    documents: postgresDocuments(pool),
    mailer: smtpMailer(smtpUrl, { waits: { socketTimeout: 2_000 } }),
  };
}
export type LetterPortsOfTest = ReturnType<typeof portsOf>;

const activitiesOf = (ports: LetterPortsOfTest) =>
  withCodedFailures({
    draftLetterText: draftLetterText(ports),
    sendDueLetters: sendDueLetters(ports),
    pagePeople: pagePeople(ports),
    remindGate: remindGate(ports),
    openForms: openForms(ports),
    readForms: readForms(ports),
    remindTeams: remindTeams(ports),
    remindUpdate: remindUpdate(ports),
    callForPerson: callForPerson(ports),
    tallyGate: tallyGate(ports),
    thankPerson: thankPerson(ports),
    draftDossier: draftDossier(ports),
    sendDossier: sendDossier(ports),
    draftPostMortem: draftPostMortem(ports),
    publishPostMortem: publishPostMortem(ports),
    proveTerminal: proveTerminal(ports),
    followReturns: followReturns(ports),
    closeIncident: closeIncident(ports),
    weighFacts: weighFacts(ports),
    tellClocks: tellClocks(ports),
  });
type All = ReturnType<typeof activitiesOf>;
type Sending = { limit: number; at: string; using: Partial<LetterPortsOfTest> };
type Ask<N extends keyof All> = Omit<Parameters<All[N]>[0], 'incidentId' | 'at'>;

/** The two deals of the demonstration, with agreements whose date is known. */
export const agreedDeals: ImportedDeal[] = [
  { ...oldDeal, facts: { ...oldDeal.facts, agreement_on: '2024-11-01' } },
  { ...freshDeal, facts: { ...freshDeal.facts, agreement_on: '2026-10-15' } },
];

/** An incident with money, a mail server, and people to write to. */
export class LetterDesk {
  readonly ports: LetterPortsOfTest;

  private constructor(
    readonly on: SettlementDesk,
    readonly mail: MailServer,
  ) {
    this.ports = portsOf(on, mail.url);
  }

  static async open(): Promise<LetterDesk> {
    const on = await SettlementDesk.open();
    await on.desk.enrol('erin', 'engineering');
    await on.desk.enrol('operations', 'operations');
    return new LetterDesk(on, await new MailServer().start());
  }

  async close(): Promise<void> {
    await Promise.all([this.on.close(), this.mail.stop()]);
  }

  /** Runs an activity as a worker does. */
  run<N extends keyof All>(
    name: N,
    given: Ask<N> & { of: SettlementCase; at?: string; using?: Partial<LetterPortsOfTest> },
  ): ReturnType<All[N]> {
    const { of, using = {}, ...ask } = given;
    const activity = activitiesOf({ ...this.ports, ...using })[name];
    const input = { at: noon, ...ask, incidentId: of.incidentId };
    return new ActivityContext().run(activity as never, input) as ReturnType<All[N]>;
  }

  /** Lays a stage's newest text before its gate and has it signed. */
  async signs(of: SettlementCase, stage: LetterStage): Promise<string> {
    const { digest } = await this.run('draftLetterText', { of, stage });
    await this.passes(of, { gateId: `letters/${stage}`, subject: digest, by: ['carla', 'legal'] });
    return digest;
  }

  async passes(
    { incidentId }: SettlementCase,
    { gateId, subject, by }: { gateId: string; subject: string; by: string[] },
  ): Promise<void> {
    const { desk } = this.on;
    const { opening } = await desk.gates().open({ incidentId, gateId, subject, at: noon });
    for (const person of by) {
      const said = await desk.vote({ incidentId, by: person, gate: gateId, opening, subject });
      if (said !== 'accepted') throw new Error(`${person}: ${said}`);
    }
    const { state } = await desk.gates().tally({ incidentId, gateId, opening, at: noon });
    if (state !== 'passed') throw new Error(`the gate is ${state}`);
  }

  send(of: SettlementCase, given: LetterStage | (Partial<Sending> & { stage: LetterStage })) {
    const wish = typeof given === 'string' ? { stage: given } : given;
    return this.run('sendDueLetters', { of, limit: 100, ...wish });
  }

  /** Moves all of the money and the units of version 1. */
  async settles(of: SettlementCase): Promise<void> {
    await of.run('prepareSettlement', {});
    await of.run('issueInvoices', {});
    await of.pay('firm');
    await of.payIn('E');
    await of.run('matchReceipts', {});
    await of.run('transferUnits', {});
    await of.pay(`spv:${of.fresh}`);
  }

  /** The incident's pack has the office hours of us-private, and other waits where given. */
  async inOffices({ incidentId }: SettlementCase, waits: object): Promise<void> {
    const place = { zone: 'America/New_York', calendar: 'us-federal' };
    const workingTime = { ...place, from: '09:00', until: '17:00' };
    for (const [name, given] of Object.entries({ workingTime, ...waits })) {
      await this.on.desk.intruder.query(
        `UPDATE incidents SET
           pack_snapshot = jsonb_set(pack_snapshot, ARRAY[$2, 'value'], $3::jsonb)
         WHERE incident_id = $1`,
        [incidentId, name, JSON.stringify(given)],
      );
    }
  }

  /** The service of the incident is on hold. */
  async frozen({ incidentId }: SettlementCase): Promise<void> {
    await this.on.desk.pool.query(
      `INSERT INTO holds (incident_id, kind, state, token, asked_at, held_at)
       VALUES ($1, 'service', 'held', 't', $2, $2)`,
      [incidentId, noon],
    );
  }

  /** One row per letter: stage, investor, revision, state. */
  async letters({ incidentId }: SettlementCase): Promise<string[]> {
    const rows = await this.ports.letters.list(incidentId);
    return rows
      .map(({ stage, investor, revision, state }) => `${stage} ${investor} ${revision} ${state}`)
      .sort();
  }

  /** Who is waited for in person: id and role. */
  async wanted({ incidentId }: SettlementCase): Promise<string[]> {
    const { rows } = await this.on.desk.pool.query<{ wait: string }>(
      `SELECT wait_id || ' ' || role AS wait FROM waits WHERE incident_id = $1
         AND waiting_for = 'person' AND over_at IS NULL ORDER BY wait_id COLLATE "C"`,
      [incidentId],
    );
    return rows.map(({ wait }) => wait);
  }
}

/** One desk for all tests of a file, each of which finds an empty inbox and an honest server. */
export function useLetterDesk(give: (desk: LetterDesk) => void): void {
  let desk: LetterDesk | undefined;
  beforeAll(async () => {
    desk = await LetterDesk.open();
    give(desk);
  });
  beforeEach(() => desk?.mail.forget());
  afterAll(() => desk?.close());
}
