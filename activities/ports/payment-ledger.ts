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
};

/** A payment that is not over: when it was first sent, and what the register says of its units. */
export type OpenPayment = PaymentRow & { firstSentAt: string | null; transfer: TransferStanding };

/** What was learned of a payment from the rail. */
export type PaymentOutcome =
  /** Taken by the rail, not on the statement yet. */
  | { key: string; kind: 'accepted'; railId: string }
  | { key: string; kind: 'settled'; railId: string; bookedAt: string }
  | { key: string; kind: 'refused'; cause: string }
  | { key: string; kind: 'unknown'; cause: string };

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
    rows: Pick<PaymentRow, 'key' | 'attempts'>[];
  }): Promise<string[]>;
  /**
   * Records outcomes, each once; names only what changed.
   *
   * Ensures: what is settled or refused stays so, whatever is recorded later.
   */
  record(given: {
    incidentId: string;
    at: string;
    payer: string;
    outcomes: PaymentOutcome[];
  }): Promise<ChangedPayments>;
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
