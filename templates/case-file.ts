import type { Clock } from '../domain/clocks';
import type { DealEntry, PlanHead } from '../domain/plan';
import type { RemedyOption } from '../domain/remedy';
import type { OnBases } from '../domain/scan';
import type { ScanSummary } from '../domain/scan-tally';
import type { SeverityReason } from '../domain/severity';
import type { Deviation, Size } from '../domain/sizing';

/** What happened up to now, for the people who have to judge it. Amounts are decimal texts. */
export type CaseFile = {
  incident: {
    incidentId: string;
    summary: string;
    drill: boolean;
    pack: string;
    openedAt: string;
    openedBy: string;
    firstKnownAt: string | null;
    reportedBy: string | null;
    reportedDeals: string[];
    severity: string | null;
    severityReasons: SeverityReason[];
    severityLowered: { from: string; to: string; by: string; at: string; reason: string } | null;
    basis: string;
    assumptions: string[];
    takenBy: string | null;
    takenAt: string | null;
  };
  sizing: Deviation & {
    estimate: Size;
    actual: Size | null;
    history: (Deviation & { sizedAt: string; stage: string; actual: Size })[];
  };
  clocks: Clock[];
  /** Null before the history has been replayed. */
  scan: ScanSummary | null;
  /** Null before there is a plan. */
  plan: {
    version: number;
    digest: string;
    manifest: PlanHead & { deals: readonly (DealEntry & { dealDigest: string })[] };
  } | null;
  /** Every version of every answer, oldest first. */
  answers: TeamAnswer[];
  /** Teams that are silent; silence is no "no impact". */
  unanswered: { team: string; openedAt: string; deadlineAt: string; delegate: string | null }[];
  /** What does not agree in answers and records, or did not until an answer changed. */
  contradictions: CaseContradiction[];
  evidence: { seq: number; hash: string };
};

/** What a team has said; a later version of its answers takes the place of an earlier one. */
export type TeamAnswer = {
  team: string;
  version: number;
  by: string;
  answeredAt: string;
  late: boolean;
  answers: Record<string, unknown>;
};

/** Words that cannot all be true, and what has become of them. */
export type CaseContradiction = {
  id: string;
  about: string;
  says: readonly { who: string; what: string }[];
  state: 'open' | 'explained' | 'changed';
  explanation: { by: string; at: string; text: string } | null;
};

/** A wrong share on either basis. */
export type CaseRow = {
  deal: string;
  investor: string;
  currency: string;
  recorded: string;
  asRecorded: string;
  asShouldHaveBeen: string;
};

/** A deal with a wrong share on either basis: what its people have too much and too little. */
export type WrongDeal = {
  deal: string;
  closedOn: string;
  currency: string;
  people: number;
  over: OnBases<string>;
  under: OnBases<string>;
};

/** What a dossier says beyond the case. */
export type DossierFacts = CaseFile & {
  /** The largest differences, and how many there are in all. */
  rows: CaseRow[];
  rowCount: number;
  /** Every wrong deal, oldest first. */
  wrong: WrongDeal[];
  /** How many people have too much anywhere, and too little anywhere; some have both. */
  people: OnBases<{ over: number; under: number }>;
  /** What a computation written apart from the first came to; `asked` before it has answered. */
  secondOpinion:
    | { state: 'asked' }
    | { state: 'differs' }
    | { state: 'agrees'; deals: { affected: number; sampled: number }; commitments: number };
  /** The first entry of each kind that tells how it came out, with its hash. */
  excerpt: { seq: number; at: string; actor: string; kind: string; hash: string }[];
  /** What became of each reported deal; `moved` is wrong through earlier deals alone. */
  reported: { deal: string; found: 'wrong' | 'moved' | 'right' | 'not-on-file' }[];
  /** Wrong deals nobody has reported, the earliest ones by name. */
  unreported: { count: number; deals: { deal: string; found: 'wrong' | 'moved' }[] };
  deals: {
    deal: string;
    name: string;
    company: string;
    closedOn: string;
    facts: Record<string, string>;
  }[];
  options: RemedyOption[];
  unknownFacts: { id: string; role: string; question: string }[];
  frozen: { since: string | null; state: string };
};

/** What a post-mortem says beyond the case. */
export type PostMortemFacts = CaseFile & {
  stages: { stage: string; enteredAt: string }[];
  waits: {
    for: string;
    id: string;
    role: string | null;
    since: string;
    overAt: string | null;
    question: string | null;
  }[];
  paid: Record<string, string>;
  received: Record<string, string>;
  units: Record<string, string>;
  letters: { stage: string; state: string; count: number }[];
  refusals: { code: string; count: number }[];
  /** The newest of them, at most 10. */
  lastRefusals: { at: string; code: string; kind: string | null; person: string | null }[];
  gates: { gate: string; opening: number; state: string; reason: string | null }[];
  fixes: { attempt: number; rule: string; averages: string; state: string }[];
  freeze: { state: string; askedAt: string; liftedAt: string | null; lapses: number }[];
  liveChecks: number;
  /** The newest head of the evidence that the instance has signed, a JWS; null if there is none. */
  signedHead: string | null;
};
