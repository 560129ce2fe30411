import type { Activities, BoardCounts, DraftedPlan, GateState } from '../../contracts/activities';
import type { IncidentStart, Waits } from '../../contracts/incident';
import { nextToTell, type Opened } from '../../domain/reminder-ladder';

const day = 86_400;

/** A gate that reminds after 1 and 3 days, escalates after 5 and lapses after 14. */
const ladder = { reminders: [day, 3 * day], escalateAfter: 5 * day, expireAfter: 14 * day };
const anybody = { hours: 'round-the-clock', firstRung: 1, told: 0 } as const;

/** Waits like those of a pack in days. Units: seconds. */
export const waitsInDays: Waits = {
  pagingEvery: 300,
  freezeWatchEvery: day,
  formsRemindEvery: day,
  pollBank: 3600,
  pollImport: 60,
  pollLive: 3600,
  followUpEvery: 25_000, // Never at the instant of a reminder.
  followUpFor: 10 * day,
  liveChecks: 1,
  scanDealsPerChunk: 100,
  paymentsPerChunk: 100,
  lettersPerChunk: 100,
  chunksInFlight: 4,
};

/** A drill of one reported deal at Sev 1, with waits in days. */
export function incidentStart(incidentId: string): IncidentStart {
  const severity = 'Sev 1';
  const openedAt = new Date().toISOString();
  const of = { incidentId, run: 1, openedAt };
  return { ...of, drill: true, reportedDeals: ['OLD'], severity, waits: waitsInDays };
}

/** Everybody has signed everything that the runbook asks for. */
export function allSigned(): Record<string, GateState> {
  const letters = ['acknowledgement', 'call', 'advice', 'resolution'];
  const gates = ['plan', 'unfreeze', 'close', ...letters.map((stage) => `letters/${stage}`)];
  return Object.fromEntries(gates.map((gate) => [gate, 'passed']));
}

const noCounts: BoardCounts = {
  severity: 'Sev 1',
  taken: true,
  service: 'frozen',
  dealsHeld: 1,
  fix: 'none proposed',
  dealsScanned: 10,
  affectedDeals: 1,
  affectedInvestors: 2,
  over: {},
  under: {},
  planned: { out: {}, in: {} },
  moved: { out: {}, in: {} },
  letters: {},
  nextUpdate: null,
  waitingFor: [],
};

/** Facts a test changes while the runbook runs; the activities answer from them. */
export class PlayedWorld {
  /** Every activity that was called, in order, with what the test may want to know of it. */
  readonly calls: string[] = [];
  readonly inputs: { name: string; input: Record<string, unknown> }[] = [];
  gates: Record<string, GateState> = {};
  plan: DraftedPlan = { kind: 'drafted', version: 1, digest: '1'.repeat(64), deals: 1, lines: 2 };
  /** The digest of the dossier as it would be drafted now. */
  dossier = 'd'.repeat(64);
  affected = 2;
  taken = true;
  standing = 0;
  closedAt: string | null = null;
  missingTeams: string[] = [];
  /** Versions of the plan signed in an earlier run. */
  approved: number[] = [];
  fix: Awaited<ReturnType<Activities['readFix']>> = {
    kind: 'proposed',
    attempt: 1,
    rule: 'prorate@1',
  };
  private openings: Record<string, Opened & { opening: number }> = {};
  private signed = false;
  private refused: string | undefined;

  count(name: keyof Activities): number {
    return this.calls.filter((call) => call === name).length;
  }

  /** The pages turned, in order. */
  pages(): unknown[] {
    return this.inputs.filter(({ name }) => name === 'turnPage').map(({ input }) => input['stage']);
  }

  /** All activities; `overrides` replace some of them, also with ones that fail. */
  activities(overrides: Partial<Activities> = {}): Activities {
    const played = {
      ...this.desk(),
      ...this.impact(),
      ...this.money(),
      ...this.service(),
      ...overrides,
    };
    const noted = Object.entries(played).map(([name, activity]) => {
      const note = (input: never) => {
        this.calls.push(name);
        this.inputs.push({ name, input });
        return (activity as (input: never) => unknown)(input);
      };
      return [name, note];
    });
    return Object.fromEntries(noted) as Activities;
  }

  private desk() {
    return {
      answerCommand: async ({ incidentId }) => ({
        answer: { accepted: true, incident: incidentId, jti: 'x'.repeat(16) },
        nudge: [],
      }),
      keepCommands: async () => undefined,
      answerBacklog: async () => ({ answered: 0, left: false, nudge: [] }),
      openGate: async ({ gateId, at }) => {
        const { opening, expiresAt } = (this.openings[gateId] ??= openedAt(at, 1));
        return { opening, expiresAt, state: this.gates[gateId] ?? 'open' };
      },
      tallyGate: async ({ gateId, at }) => {
        const state = this.gates[gateId] ?? 'open';
        if (gateId === 'plan' && state === 'rejected') this.refused = digestOf(this.plan);
        const opened = this.openings[gateId];
        const next = opened && nextToTell(opened, { ...anybody, at });
        return { state, missing: ['legal'], ...(next && { nextReminderAt: next }) };
      },
      remindGate: async () => ({ mailed: 1 }),
      expireGate: async ({ gateId, at }) => {
        const { opening } = this.openings[gateId] ?? { opening: 0 };
        return (this.openings[gateId] = openedAt(at, opening + 1));
      },
      withdrawGate: async ({ gateId }) => {
        const state = this.gates[gateId] ?? 'open';
        return { state: state === 'open' ? 'void' : state };
      },
      callForPerson: async () => undefined,
      thankPerson: async () => undefined,
      turnPage: async () => ({ evidenceHead: { seq: 9, hash: 'c'.repeat(64) } }),
      readBoard: async () => noCounts,
      remindUpdate: async ({ at }) => {
        if (this.closedAt !== null) return { nextAt: null };
        return { nextAt: new Date(Date.parse(at) + day * 1000).toISOString() };
      },
      pagePeople: async () => ({ taken: this.taken, paged: 1 }),
    } satisfies Partial<Activities>;
  }

  private impact() {
    return {
      freezeAllocations: async ({ at }) => ({ since: at, dealsHeld: 1 }),
      verifyFreeze: async () => ({ lapsed: 0, standing: this.standing, frozen: false }),
      declareSeverity: async () => ({ severity: 'Sev 1', rose: false }),
      weighFacts: async () => ({ severity: 'Sev 1', changed: false }),
      tellClocks: async () => ({ nextAt: null, over: this.closedAt !== null }),
      findSnapshot: async () => ({ snapshotId: '1' }),
      openForms: async ({ at }) => ({
        deadlineAt: new Date(Date.parse(at) + 2 * day * 1000).toISOString(),
      }),
      readForms: async () => ({ missing: this.missingTeams }),
      remindTeams: async () => ({ mailed: 3 }),
      scanDeals: async () => ({ deals: 10, wrong: 0 }),
      recomputeShares: async () => ({
        dealsAffected: this.affected > 0 ? 1 : 0,
        investorsAffected: this.affected,
        impactDigest: 'f'.repeat(64),
      }),
      holdDeals: async () => ({ held: 1 }),
      askSecondOpinion: async () => ({ affected: 1, sampled: 9, commitments: 50 }),
      draftLetterText: async ({ stage }) => ({
        digest: 'a'.repeat(64),
        rejected: this.gates[`letters/${stage}`] === 'rejected',
      }),
      sendDueLetters: async () => ({ sent: 2, waiting: 0, unknown: 0, failed: 0, left: 0 }),
      draftPlan: async () => {
        // A plan that is booked leaves nothing to plan. Said any sooner, the runbook would withdraw
        // a gate that is just ending, and the server that skips time locks up over that.
        if (this.signed) return { kind: 'nothing' };
        const [{ plan }, digest] = [this, digestOf(this.plan)];
        return digest === this.refused ? { kind: 'rejected', version: 1, digest } : plan;
      },
      findApprovedPlans: async () => {
        const { plan, approved } = this;
        const decided = this.signed && 'version' in plan ? [plan.version] : [];
        return { versions: [...new Set([...approved, ...decided])] };
      },
      draftDossier: async () => ({ digest: this.dossier }),
      sendDossier: async () => ({ mailed: 2 }),
    } satisfies Partial<Activities>;
  }

  private money() {
    return {
      prepareSettlement: async () => {
        this.signed = true;
        return { payers: ['firm'], payments: 1, calls: 0, transfers: 0, outdated: false };
      },
      payChunk: async () => ({ settled: 0, refused: 0, unknown: 0, waiting: 0 }),
      issueInvoices: async () => ({ issued: 0 }),
      matchReceipts: async () => ({ matched: 0, unmatched: 0 }),
      transferUnits: async () => ({ confirmed: 0, waiting: 0, refused: 0 }),
      settlementState: async () => ({
        open: { payments: 0, invoices: 0, transfers: 0, unknown: 0, refused: 0 },
        terminal: true,
      }),
      liftDealHolds: async () => ({ lifted: 0, standing: 0 }),
      reconcilePlan: async () => ({ explained: true }),
      proveTerminal: async () => ({ affected: 2, open: 0 }),
      followReturns: async () => ({ returned: 0, closedAt: this.closedAt }),
      draftPostMortem: async () => ({ digest: 'b'.repeat(64) }),
      publishPostMortem: async () => ({ mailed: 7 }),
      closeIncident: async ({ incidentId, at }) => {
        this.closedAt = at;
        const booked = this.inputs.filter(({ name, input }) => {
          return name === 'prepareSettlement' && input['incidentId'] === incidentId;
        });
        const planVersions = new Set(booked.map(({ input }) => input['version'])).size;
        const outcome = planVersions > 0 ? 'made-whole' : 'no-impact';
        return { outcome, planVersions, evidenceHead: { seq: 99, hash: 'c'.repeat(64) } };
      },
    } satisfies Partial<Activities>;
  }

  private service() {
    return {
      readFix: async () => this.fix,
      verifyFix: async () => ({ holds: true, reportDigest: 'e'.repeat(64) }),
      deployFix: async () => undefined,
      probeFix: async () => ({ holds: true }),
      liftFreeze: async () => ({ lastSeq: 14 }),
      checkLiveAllocations: async () => ({ next: 15, checked: 1, failed: 0 }),
    } satisfies Partial<Activities>;
  }
}

const digestOf = (plan: DraftedPlan) => ('digest' in plan ? plan.digest : '');

function openedAt(at: string, opening: number): Opened & { opening: number } {
  const expiresAt = new Date(Date.parse(at) + ladder.expireAfter * 1000).toISOString();
  return { ladder, openedAt: at, expiresAt, opening };
}
