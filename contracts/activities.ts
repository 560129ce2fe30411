import type { CommandAnswer } from './command';
import type { SignedHead } from './incident';

/**
 * Whose, and when: workflow time as ISO 8601, so that no activity reads the wall clock. `run` is
 * the incident's run that asks; a call of an older one than the live run is refused.
 */
type Of = { incidentId: string; at: string; run?: number };
type OfVersion = Of & { version: number };
type OfGate = Of & { gateId: string; opening: number };

/** How a gate stands after its votes were verified again. */
export type GateState = 'open' | 'passed' | 'rejected' | 'void';
/**
 * The verified count: which roles still miss a vote, why it was rejected, if it was, and when
 * somebody who is missing is to be told next.
 */
export type GateTally = {
  state: GateState;
  missing: string[];
  reason?: string;
  nextReminderAt?: string;
};
/** Why a gate writes: it opens, a rung of its ladder has come, or its time is over. */
export type ReminderCause = 'opened' | 'due' | 'expired';

/** What a draft of the plan came to. */
export type DraftedPlan =
  | { kind: 'drafted' | 'unchanged'; version: number; digest: string; deals: number; lines: number }
  /**
   * `unsigned`: carried out in part, and its votes count no longer; it is decided before any other.
   * `rejected`: nothing has changed since people said no to it.
   */
  | { kind: 'unsigned' | 'rejected'; version: number; digest: string }
  | { kind: 'waiting'; deals: number }
  | { kind: 'nothing' };

/** What stands open of one plan version. */
export type SettlementState = {
  open: { payments: number; invoices: number; transfers: number; unknown: number; refused: number };
  terminal: boolean;
};

/** The fix as the service track finds it. */
export type FixState =
  | { kind: 'none' }
  | { kind: 'proposed'; attempt: number; rule: string }
  /** Nobody was harmed: the scan's own report is what the unfreeze is decided on. */
  | { kind: 'not-needed'; reportDigest: string };

/** Sums of money by currency. Units: decimal strings. */
type Sums = Record<string, string>;

/** One thing that is waited for: from which roles, since when, until when. */
export type BoardWait = {
  for: string;
  id: string;
  role: string | null;
  since: string;
  next: string | null;
  deadline: string | null;
};

/** The figures the board shows, all of one moment; nothing personal. */
export type BoardCounts = {
  severity: string;
  taken: boolean;
  /** Since when it is halted; null while it goes on. */
  haltedAt?: string | null;
  /** How the hold on the allocation service stands, in one word. */
  service: string;
  dealsHeld: number;
  fix: string;
  /** Null before the scan. */
  dealsScanned: number | null;
  affectedDeals: number;
  affectedInvestors: number;
  over: Sums;
  under: Sums;
  planned: { out: Sums; in: Sums };
  moved: { out: Sums; in: Sums };
  /** Letters by the state they are in. */
  letters: Record<string, number>;
  nextUpdate: string | null;
  waitingFor: BoardWait[];
};

/**
 * Everything a workflow may ask of the world: ids, counts, digests and states go in and out.
 *
 * Ensures: no amount as a number, no name, no address, no row.
 */
export type Activities = {
  // The desk and the gates
  answerCommand(input: Of & { jws: string }): Promise<{ answer: CommandAnswer; nudge: string[] }>;
  /** Keeps signalled texts for later; null for what is too large or no text. */
  keepCommands(input: Of & { batch: string; texts: (string | null)[] }): Promise<void>;
  answerBacklog(
    input: Of & { call: string; limit: number; afresh: boolean },
  ): Promise<{ answered: number; left: boolean; nudge: string[] }>;
  openGate(
    input: Of & { gateId: string; subject: string; anew?: boolean },
  ): Promise<{ opening: number; expiresAt: string; state: GateState }>;
  tallyGate(input: OfGate): Promise<GateTally>;
  remindGate(
    input: OfGate & { missing: string[]; because: ReminderCause },
  ): Promise<{ mailed: number }>;
  /** The state that stands: void, or what the votes had already come to. */
  withdrawGate(input: OfGate): Promise<{ state: GateState }>;
  expireGate(input: OfGate): Promise<{ opening: number; expiresAt: string }>;

  /** Names the step that cannot go on to a person: waits row, evidence, mail to those on call. */
  callForPerson(input: Of & { step: string; code: string }): Promise<void>;
  /** The step went on: nobody is waited for any more. */
  thankPerson(input: Of & { step: string }): Promise<void>;

  // Pages 1 and 2
  turnPage(input: Of & { stage: string }): Promise<{ evidenceHead: SignedHead }>;
  readBoard(input: Of): Promise<BoardCounts>;
  freezeAllocations(input: Of): Promise<{ since: string; dealsHeld: number }>;
  verifyFreeze(input: Of): Promise<{ lapsed: number; standing: number; frozen: boolean }>;
  declareSeverity(
    input: Of & { phase: 'provisional' | 'computed' },
  ): Promise<{ severity: string; rose: boolean }>;
  /** When to look again whether the next update to stakeholders is due; null once closed. */
  remindUpdate(input: Of): Promise<{ nextAt: string | null }>;
  /** `changed`: the level is another than before. */
  weighFacts(input: Of): Promise<{ severity: string; changed: boolean }>;
  /** When something is to be said of a clock next; `over` once that can never be again. */
  tellClocks(input: Of): Promise<{ nextAt: string | null; over: boolean }>;
  pagePeople(input: Of & { round: number }): Promise<{ taken: boolean; paged: number }>;

  // Pages 3 and 4
  findSnapshot(input: Of): Promise<{ snapshotId: string | null }>;
  openForms(input: Of): Promise<{ deadlineAt: string }>;
  /** The teams that are silent, and when somebody of theirs is to be told next. */
  readForms(input: Of): Promise<{ missing: string[]; nextReminderAt?: string }>;
  remindTeams(
    input: Of & { missing: string[]; because: Exclude<ReminderCause, 'expired'> },
  ): Promise<{ mailed: number }>;
  scanDeals(input: Of & { dealsPerChunk: number }): Promise<{ deals: number; wrong: number }>;
  recomputeShares(
    input: Of & { dealsPerChunk: number },
  ): Promise<{ dealsAffected: number; investorsAffected: number; impactDigest: string }>;
  /** How many deals and commitments were computed again, all alike. */
  askSecondOpinion(input: Of): Promise<{ affected: number; sampled: number; commitments: number }>;
  holdDeals(input: Of): Promise<{ held: number }>;

  // Pages 5 to 7
  /** `rejected`: people have said no to it, and there is no newer one. */
  draftLetterText(input: Of & { stage: string }): Promise<{ digest: string; rejected: boolean }>;
  sendDueLetters(
    input: Of & { stage: string; limit: number },
  ): Promise<{ sent: number; waiting: number; unknown: number; failed: number; left: number }>;
  draftPlan(input: Of): Promise<DraftedPlan>;
  /** Versions whose gate has passed, by votes verified just now; settled or not. */
  findApprovedPlans(input: Of): Promise<{ versions: number[] }>;
  draftDossier(input: Of): Promise<{ digest: string }>;
  sendDossier(input: Of & { digest: string }): Promise<{ mailed: number }>;

  // Pages 8 and 9
  prepareSettlement(input: OfVersion): Promise<{
    payers: string[];
    payments: number;
    calls: number;
    transfers: number;
    /** Nothing was booked: it is past its day, or what it was drafted from has changed since. */
    outdated: boolean;
  }>;
  payChunk(
    input: OfVersion & { payer: string; limit: number },
  ): Promise<{ settled: number; refused: number; unknown: number; waiting: number }>;
  issueInvoices(input: OfVersion): Promise<{ issued: number }>;
  /** `returned`: how many payments of the version have come back and are open again. */
  matchReceipts(
    input: OfVersion,
  ): Promise<{ matched: number; unmatched: number; returned?: number }>;
  transferUnits(input: OfVersion): Promise<{ confirmed: number; waiting: number; refused: number }>;
  settlementState(input: OfVersion): Promise<SettlementState>;
  liftDealHolds(input: Of): Promise<{ lifted: number; standing: number }>;
  /** `differs`: the digest of what nobody has explained. */
  reconcilePlan(input: Of): Promise<{ explained: boolean; differs?: string }>;

  // Pages 10 and 11
  proveTerminal(input: Of): Promise<{ affected: number; open: number }>;
  /** How many payments have come back and are open again; once closed, people are told. */
  followReturns(input: Of): Promise<{ returned: number; closedAt: string | null }>;
  draftPostMortem(input: Of): Promise<{ digest: string }>;
  publishPostMortem(input: Of & { digest: string }): Promise<{ mailed: number }>;
  closeIncident(input: Of & { postMortem: string }): Promise<{
    outcome: 'made-whole' | 'no-impact';
    planVersions: number;
    evidenceHead: SignedHead;
  }>;

  // The service track
  readFix(input: Of): Promise<FixState>;
  verifyFix(input: Of & { attempt: number }): Promise<{ holds: boolean; reportDigest: string }>;
  deployFix(input: Of & { attempt: number; reportDigest: string }): Promise<void>;
  probeFix(input: Of & { attempt: number }): Promise<{ holds: boolean }>;
  liftFreeze(input: Of & { reportDigest: string }): Promise<{ lastSeq: number }>;
  checkLiveAllocations(
    input: Of & { after: number },
  ): Promise<{ next: number; checked: number; failed: number }>;
};
