import type { Stage } from '../../contracts/workflow-ids';
import type { Clock } from '../../domain/clocks';
import type { SeverityReason } from '../../domain/severity';
import type { Deviation, Size } from '../../domain/sizing';
import type { Halt } from './runs';
import type { Sizing } from './sizings';

/** Sums of money by currency. Units: decimal strings. */
export type Sums = Record<string, string>;

/** One thing the incident waits for: who has to act, since when, and until when. */
export type Waiting = {
  for: 'gate' | 'form' | 'take' | 'fact' | 'fix' | 'receipt' | 'import' | 'payment' | 'person';
  id: string;
  /** The roles of which one has to act; null when anybody may. */
  role: string | null;
  since: string;
  /** What is asked, in words; null at gates, whose content is shown before signing. */
  question: string | null;
  deadlineAt: string | null;
  gate?: string;
  digest?: string;
  votes?: { person: string; role: string; decision: 'approve' | 'reject' }[];
  missing?: string[];
  nextReminderAt?: string | null;
  expiresAt?: string;
};

/** How an incident stands, all figures of one moment. Shapes: `incident status` of docs. */
export type IncidentStatus = {
  incident: string;
  summary: string;
  openedBy: string;
  openedAt: string;
  takenBy: string | null;
  closedAt: string | null;
  severity: string | null;
  /** What every fact says; the gravest of those that nobody has waived is the level, or was. */
  severityReasons: SeverityReason[];
  /** Who lowered it last, and why. */
  severityLowered: { from: string; to: string; by: string; at: string; reason: string } | null;
  stage: Stage;
  stageSince: string;
  /** Who stopped it and why; null while it goes on. */
  halt: Halt | null;
  waitingFor: Waiting[];
  freeze: {
    state: 'not-asked' | 'asked' | 'frozen' | 'lapsed' | 'lifting' | 'lifted';
    since: string | null;
    verifiedAt: string | null;
  };
  fix: {
    state:
      'none' | 'proposed' | 'verified' | 'failed' | 'approved' | 'rejected' | 'deployed' | 'live';
    rule: string | null;
  };
  plan: { version: number | null; digest: string | null };
  counts: {
    dealsScanned: number | null;
    dealsAffected: number;
    investorsAffected: number;
    dealsHeld: number;
    payments: Record<string, number>;
    invoices: Record<string, number>;
    transfers: Record<string, number>;
    /** By stage of letter, then by state. */
    letters: Record<string, Record<string, number>>;
    /** How many of the teams' forms are open, answered, and answered late. */
    forms: { asked: number; answered: number; late: number };
    /** What does not agree in answers and records, by what has become of it. */
    contradictions: { open: number; explained: number; changed: number };
    refusals: number;
    evidence: number;
  };
  totals: {
    over: Sums;
    under: Sums;
    /** What is booked to move or proposed by the newest plan: out by payments, in by calls. */
    planned: { out: Sums; in: Sums };
    /** What the bank and the register have confirmed; units at cost. */
    moved: { out: Sums; in: Sums; units: Sums };
  };
  sizing: Deviation & {
    estimate: Size;
    /** Null while nothing is known. */
    actual: Size | null;
    assumptions: string[];
    /** Each time it turned out otherwise. Order: oldest first. */
    history: Sizing[];
  };
  clocks: {
    /** Not met yet; `past` counts those of them whose day is over. */
    running: number;
    past: number;
    met: number;
    assumed: number;
    undated: number;
    /** The soonest of those that are not met, at most 20, the next one first. */
    soonest: Clock[];
  };
  /** The last commands that were refused, at most 5. Order: newest first. */
  lastRefusals: RefusalLine[];
  drill: boolean;
  nextUpdateDueAt: string | null;
};

/** A refused command: `person` where the signature was theirs, else nobody can say who. */
export type RefusalLine = {
  at: string;
  code: string;
  kind: string | null;
  person: string | null;
  key: string | null;
};

/** An incident in the list of all. */
export type IncidentLine = {
  incident: string;
  summary: string;
  severity: string | null;
  stage: string;
  waitingFor: number;
  openedAt: string;
  closedAt: string | null;
  drill: boolean;
};

/** How incidents stand, read without a worker. */
export type StatusReader = {
  /** Undefined when there is no such incident. */
  read(incidentId: string): Promise<IncidentStatus | undefined>;
  /** Every clock of an incident, the next one first; none where there is no such incident. */
  clocks(incidentId: string): Promise<Clock[]>;
  /** Order: newest first. */
  list(): Promise<IncidentLine[]>;
};
