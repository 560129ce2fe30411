import type { Leg } from '../../domain/plan-line';
import type { TransferStanding } from '../../domain/settlement-order';

/** States of a payment that is still under way or over; docs/money.md tells how they follow. */
export type PaymentState =
  | 'reserved'
  | 'sending'
  | 'settled'
  | 'refused'
  | 'unknown'
  | 'returned'
  | 'reissued'
  | 'held'
  | 'unclaimed';

/** A payment as its row has it. Units: minor units. */
export type PaymentRow = {
  key: string;
  deal: string;
  investor: string;
  leg: Leg;
  sequence: number;
  payer: string;
  payee: string;
  amount: bigint;
  currency: string;
  reference: string;
  state: PaymentState;
  attempts: number;
  /** Which order for it is the newest, from 1, and the key the bank knows that order by. */
  issue: number;
  orderKey: string;
};

/** A payment of some incident. */
export type NamedPayment = PaymentRow & { incidentId: string };

/** A payment that is not over: when its newest order was first sent, and how its units stand. */
export type OpenPayment = PaymentRow & {
  firstSentAt: string | null;
  transfer: TransferStanding;
  /** Orders that the bank never took, by the verified word of a person of finance. */
  absentIssues: number[];
};

/** What a person of finance says of an order. */
export type PaymentWord = 'settled' | 'absent';

/** A payment nobody goes on with: why, and what a person has said of its newest order. */
export type StoppedPayment = OpenPayment & { cause: string | null; word: PaymentWord | null };

/** What was learned of a payment from the rail; it counts for the order it was learned of only. */
export type PaymentOutcome = { key: string; orderKey: string } & (
  | { /** Taken by the rail, not on the statement yet. */ kind: 'accepted'; railId: string }
  | { kind: 'settled'; railId: string; bookedAt: string }
  | { kind: 'refused'; cause: string }
  | { kind: 'unknown'; cause: string }
);

/** The keys of payments that changed, by what they are now. */
export type ChangedPayments = Record<'settled' | 'refused' | 'unknown', string[]>;

/** Which payments of a settlement: one payer's, so that no account pays for another. */
export type PayerOf = { incidentId: string; version: number; payer: string };

/** The payments and their states; every change commits with its postings and its evidence. */
export type PaymentLedger = {
  /**
   * The payer's payments booked under this version that are reserved, sending or unknown.
   *
   * Order: those that wait for units last, fresh ones before those that may have been sent, so that
   * what nobody can clear up does not fill every page. `total` counts them all.
   */
  open(of: PayerOf & { limit: number }): Promise<{ rows: OpenPayment[]; total: number }>;
  /**
   * Books the intent to send rows as they were read, and gives the keys it took.
   *
   * Ensures: of two who read the same row, one takes it.
   */
  markSending(batch: {
    incidentId: string;
    at: string;
    rows: Pick<PaymentRow, 'key' | 'orderKey' | 'attempts'>[];
  }): Promise<string[]>;
  /**
   * Records outcomes, each once; names only what changed.
   *
   * Ensures: what is settled or refused stays so, whatever is recorded later. A refusal for want
   * of funds is named nowhere, since the funding is what is waited for.
   */
  record(given: {
    incidentId: string;
    at: string;
    payer: string;
    outcomes: PaymentOutcome[];
  }): Promise<ChangedPayments>;
  /**
   * The payer's payments that are unknown, refused or returned and that somebody has said a word
   * about, or whose bank refused them for want of funds.
   *
   * Ensures: a word counts by its signed command, verified just now.
   */
  stopped(of: PayerOf): Promise<StoppedPayment[]>;
  /**
   * Opens stopped payments again, each under an order of its own, with postings and evidence.
   *
   * Ensures: of two who read the same row, one opens it; gives the rows it opened.
   */
  reissue(given: {
    incidentId: string;
    at: string;
    payer: string;
    rows: readonly OpenPayment[];
  }): Promise<OpenPayment[]>;
  /** Asks a person about a payment. */
  ask(given: { incidentId: string; at: string; row: PaymentRow; question: string }): Promise<void>;
  /** The payments, of whatever incident, that these references name. */
  named(references: string[]): Promise<NamedPayment[]>;
  /** Says that a payer's account is short, for a person; or, with null, that it no longer is. */
  noteFunding(given: {
    incidentId: string;
    at: string;
    payer: string;
    question: string | null;
  }): Promise<void>;
  /** Every payment of an incident. Order: by deal, investor, leg and sequence. */
  list(incidentId: string): Promise<PaymentRow[]>;
};
