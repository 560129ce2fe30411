import type { LetterCase, LetterStage } from '../../domain/letter-case';
import type { LetterSetting } from '../../domain/letter-due';

/** The wording of a stage, with placeholders; its digest is what a gate decides on. */
export type LetterText = { subject: string; text: string; html: string };

/** A wording on file; the digest is recomputed from the words when it is read. */
export type StoredText = LetterText & { digest: string; submittedBy: string | null };

/** States of a letter; docs/letters.md tells how they follow. */
export type LetterState = 'queued' | 'sending' | 'sent' | 'unknown' | 'failed' | 'held';

/** A letter as its row has it; nothing personal in it but whose it is. */
export type LetterRow = {
  stage: string;
  investor: string;
  revision: number;
  deals: string[];
  template: string;
  bodyDigest: string;
  messageId: string;
  state: LetterState;
  attempts: number;
  cause: string | null;
  queuedAt: string;
  sentAt: string | null;
};

/** A letter to be booked before anything is sent. `question`: it is held until that is answered. */
export type NewLetter = {
  investor: string;
  revision: number;
  deals: readonly string[];
  bodyDigest: string;
  messageId: string;
  question?: string;
};

/** What became of a letter that was claimed. */
export type LetterOutcome = {
  messageId: string;
  investor: string;
  bodyDigest: string;
  state: 'sent' | 'queued' | 'failed' | 'unknown';
  cause?: string;
};

/** Which letters. */
export type StageOf = { incidentId: string; stage: LetterStage };

/** An affected investor: their own rows but for plan lines, and their letters of the stage. */
export type LetterSubject = { one: Omit<LetterCase, 'lines'>; letters: LetterRow[] };

/** The wordings that come with Makewhole, by stage. */
export type StandardLetters = { wording(stage: LetterStage): LetterText };

/** Texts and letters of incidents; every change commits with its evidence. */
export type LetterLedger = {
  /** Order: newest first. */
  texts(of: StageOf): Promise<StoredText[]>;
  /** Keeps a standard text where the stage has none yet; gives the digest of the newest. */
  keepStandard(given: StageOf & { text: LetterText; at: string }): Promise<{ digest: string }>;
  /** Runs `work` unless somebody else is at this stage right now; undefined then. */
  exclusively<T>(of: StageOf, work: () => Promise<T>): Promise<T | undefined>;
  /** Letters somebody was sending when they vanished are unknown from now on; gives how many. */
  abandon(given: StageOf & { at: string }): Promise<number>;
  /**
   * Books letters, each once, with one entry of evidence; those booked before stay.
   *
   * Ensures: one row for each incident, stage, investor and revision, however often it is tried.
   */
  book(given: StageOf & { at: string; template: string; letters: NewLetter[] }): Promise<void>;
  /** A queued letter that may not go any more waits for a person, with the question why. */
  hold(
    given: StageOf & { at: string; investor: string; revision: number; question: string },
  ): Promise<void>;
  /** A held letter whose question is answered may go. */
  release(given: StageOf & { at: string; investor: string; revision: number }): Promise<void>;
  /** Takes a queued letter for sending, as rendered now; false when somebody else has it. */
  claim(given: { letter: NewLetter; template: string }): Promise<boolean>;
  /** Records outcomes, with evidence, and names who has to look where no machine may go on. */
  record(given: StageOf & { at: string; outcomes: LetterOutcome[] }): Promise<void>;
  /** How many letters wait for a person's word: unknown, or refused for good. */
  unsettled(of: StageOf): Promise<number>;
  /** Every letter of an incident. Order: by queueing, then investor. */
  list(incidentId: string): Promise<LetterRow[]>;
};

/** What letters are made from, read as it stands at that moment. */
export type LetterCases = {
  setting(of: { incidentId: string; at: string }): Promise<LetterSetting>;
  /**
   * Affected investors in order of id, `take` of them after `after`, or just `only`.
   *
   * Ensures: with a stage, those are left out whose letter of it is out of our hands.
   */
  page(of: {
    incidentId: string;
    stage?: LetterStage;
    after?: string;
    take: number;
    only?: string;
  }): Promise<LetterSubject[]>;
};
