import type { Role } from '../../contracts/command';

/** Somebody of ours who gets a notice. */
export type Recipient = { id: string; name: string; email: string };

/** What is told, how often it has been told, and to whom. */
export type Notice = {
  incidentId: string;
  kind: string;
  round: number;
  at: string;
  people: readonly Recipient[];
};

/** A notice booked for one person, to be sent now. */
export type BookedNotice = { person: Recipient; messageId: string };

/** Mail to our own people: one row for each kind, person and round; kept apart from letters. */
export type Notices = {
  /** Holders of any of these roles who are not revoked, once each; with `standIns`, theirs too. */
  recipients(of: { roles: readonly Role[]; standInsAt?: string }): Promise<Recipient[]>;
  /** Everybody enrolled and not revoked. */
  everybody(): Promise<Recipient[]>;
  /** Whether any round of a kind was ever taken for sending. */
  wasBegun(of: { incidentId: string; kind: string }): Promise<boolean>;
  /** Books what is not booked, and gives those still to be sent, taken for sending. */
  claim(notice: Notice): Promise<BookedNotice[]>;
  /** Records how sending went; those sent stand in evidence, by person, in one entry. */
  record(given: {
    notice: Notice;
    outcomes: { person: string; state: 'queued' | 'sent' | 'unknown' | 'failed' }[];
  }): Promise<void>;
};

/** Persons wanted for a step that cannot go on. */
export type PersonCalls = {
  /**
   * Shows that a person is wanted, from `at` on where nobody was, and gives the round to tell: one
   * more when the trouble begins and at each full `every` seconds of it, in whatever run.
   */
  call(given: {
    incidentId: string;
    at: string;
    step: string;
    code: string;
    every: number;
  }): Promise<number>;
  /** What the step itself has put down for whoever looks into it, such as what differs. */
  particulars(of: { incidentId: string; step: string }): Promise<string[]>;
  end(given: { incidentId: string; at: string; step: string }): Promise<void>;
  /** Names who is not done yet, and ends the waits of those who are. */
  nameOpen(given: {
    incidentId: string;
    at: string;
    open: readonly { id: string; question: string }[];
  }): Promise<void>;
  /** The paging went further up; evidence once. */
  escalated(given: { incidentId: string; at: string; to: Role; round: number }): Promise<void>;
};
