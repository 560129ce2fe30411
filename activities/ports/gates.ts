import type { DecidedContent } from '../../domain/decided-content';
import type { Awaited, Opened } from '../../domain/reminder-ladder';
import type { Recipient } from './notices';

/** A gate of an incident by its id: `plan`, `letters/advice`, `unfreeze`, `close`, … */
export type GateName = { incidentId: string; gateId: string };

/** One opening of a gate. */
export type GateOpening = GateName & { opening: number };

/** What is other than in the opening `since`, in sentences; none where the same is asked again. */
export type GateChanges = { since: number; says: string[] };

/** Somebody an opening waits for, or whom it is told to later on the ladder. */
export type AwaitedPerson = Recipient & Awaited;

/** How a gate stands by its verified votes; `void`: lapsed, or about other content. */
export type GateStanding = 'open' | 'passed' | 'rejected' | 'void';

/** A gate as people read it before they sign. */
export type GateView = GateOpening & {
  subject: string;
  state: 'open' | 'passed' | 'rejected' | 'expired' | 'void';
  makers: string[];
  openedAt: string;
  expiresAt: string;
  votes: { person: string; role: string; decision: 'approve' | 'reject'; reason?: string }[];
  missing: string[];
  nextReminderAt?: string;
};

/**
 * The gates of incidents; every change commits with its evidence.
 *
 * Retry: each verb finds what an earlier try has done, and answers the same.
 */
export type Gates = {
  /** What a gate is or would be about, whole; undefined where it is not on file. */
  content(of: GateName & { subject: string }): Promise<DecidedContent | undefined>;
  /**
   * What has changed in the newest opening since the gate asked before; undefined where it never
   * did, or where that was approved and stands beside this.
   */
  changes(of: GateName): Promise<GateChanges | undefined>;
  /**
   * Opens the gate for a subject; an opening about another subject is void from then on. What was
   * decided about this very subject stands, a rejection unless it is to be decided `anew`.
   */
  open(
    wish: GateName & {
      subject: string;
      anew?: boolean | undefined;
      at: string;
    },
  ): Promise<{ opening: number; expiresAt: string; state: GateStanding }>;
  /** Counts an opening's verified votes, and records the outcome once; one never opened is void. */
  tally(of: GateOpening & { at: string }): Promise<{
    state: GateStanding;
    missing: string[];
    reason?: string;
    nextReminderAt?: string;
  }>;
  /** Ends an opening whose time is over and opens the gate again; a decided one stays decided. */
  expire(of: GateOpening & { at: string }): Promise<{ opening: number; expiresAt: string }>;
  /** Makes an opening void whose subject is no longer to be decided; a decided one stays. */
  withdraw(of: GateOpening & { at: string }): Promise<{ state: GateStanding }>;
  /**
   * Who is on an opening's ladder at an instant, from which rung on and told what: whoever can
   * give what is missing and has not, their stand-ins, whom the pack names for escalation.
   *
   * Ensures: where nobody can give it, management and admins, who can enrol somebody.
   */
  awaited(
    of: GateOpening & { missing: readonly string[]; at: string },
  ): Promise<{ opened: Opened; people: AwaitedPerson[] }>;
  /** The newest opening of a gate, or of every gate of the incident. */
  view(of: GateName): Promise<GateView | undefined>;
  views(incidentId: string): Promise<GateView[]>;
};
