import type { SettlementState } from '../../contracts/activities';
import type { Entry } from '../../domain/posting-rules';
import type { PlanLine } from '../../domain/plan-line';
import type { Transfer } from '../../domain/settlement-order';

/** A line to be paid, with the key and reference it is paid under, and what it posts. */
export type PaymentIntent = { key: string; reference: string; line: PlanLine; entry: Entry };

/** A transfer of units, with its key. */
export type TransferIntent = Transfer & { key: string };

/** What one approved version of a plan asks for, to be booked before anything moves. */
export type SettlementIntent = {
  incidentId: string;
  version: number;
  digest: string;
  at: string;
  payments: PaymentIntent[];
  transfers: TransferIntent[];
  /** How far each payee's statement had come: money before that is for no invoice of ours. */
  cursors: { account: string; currency: string; seq: number }[];
};

/** A version whose gate has passed, verified from its lines and votes. */
export type ApprovedVersion = {
  version: number;
  digest: string;
  goodThrough: string;
  lines: PlanLine[];
};

/** Lines of a plan as they were hashed, and the digest that people have voted on. */
export type VerifiedLines = { digest: string; lines: PlanLine[] };

/** How a deal of an incident stands. */
export type DealState = {
  dealId: string;
  /** Stands in a version of the plan whose gate passed, by votes verified again just now. */
  approved: boolean;
  /** Everybody wronged in it stands in such a version, and every line is done. */
  terminal: boolean;
};

/** What approved plans are carried out by: intents booked once, and how far each has come. */
export type Settlements = {
  /**
   * Books what is not booked yet, each part of it together with its postings and evidence.
   *
   * Retry: safe, and goes on where it stopped; a line booked before, under this version or an
   * earlier one, stays as it is.
   * @throws PLAN_MISMATCH (bug) when a line was booked before with other content.
   */
  prepare(intent: SettlementIntent): Promise<void>;
  /** Voids the gate of a version that is not to be begun any more; false once it is begun. */
  outdate(plan: {
    incidentId: string;
    version: number;
    digest: string;
    at: string;
    why: string;
  }): Promise<boolean>;
  /**
   * The lines of some deals of a version, verified up to its digest.
   *
   * @throws PLAN_MISMATCH (bug) when one of them is not what the digest is of.
   */
  verifiedLines(of: {
    incidentId: string;
    version: number;
    deals: readonly string[];
  }): Promise<VerifiedLines>;
  /** How the payments, invoices and transfers of a version stand, line by line as stored. */
  state(of: { incidentId: string; version: number }): Promise<SettlementState['open']>;
  /** Which of these keys, of payments, invoices and transfers, are not done. */
  openAmong(keys: readonly string[]): Promise<string[]>;
  /** Every version whose gate passed. Order: by version. */
  approvedVersions(incidentId: string): Promise<ApprovedVersion[]>;
  /**
   * Every deal found wrong on the incident's basis. Order: by deal.
   *
   * Ensures: `approved` comes from plan lines and votes verified again, not from any row.
   */
  dealStates(incidentId: string): Promise<DealState[]>;
};
