import type { InvoiceState, Match } from '../../domain/match-receipt';
import type { Entry } from '../../domain/posting-rules';

/** Whom an invoice is for, in words that stand on it. */
export type InvoiceParticulars = {
  deal: string;
  investor: string;
  investorName: string;
  dealName: string;
  company: string;
};

/** An invoice to be issued. Units: minor units. */
export type NewInvoice = {
  key: string;
  deal: string;
  investor: string;
  sequence: number;
  payee: string;
  amount: bigint;
  currency: string;
  reference: string;
  dueOn: string;
  pdf: Uint8Array;
  entry: Entry;
};

/** An invoice as issued, with what was credited to it. Units: minor units. */
export type IssuedInvoice = {
  key: string;
  incidentId: string;
  deal: string;
  investor: string;
  sequence: number;
  payee: string;
  amount: bigint;
  credited: bigint;
  currency: string;
  reference: string;
  state: InvoiceState;
};

/** A receipt, what it is, and what it changes. Units: minor units. */
export type NewReceipt = {
  seq: number;
  counterparty: string;
  amount: bigint;
  currency: string;
  reference: string;
  bookedAt: string;
  match: Match | 'return';
  /** The payment of ours that came back. */
  payment?: { key: string; question: string };
  invoice?: { key: string; state: InvoiceState };
  entries: Entry[];
  /** What a person has to look into, where nothing goes on by itself. */
  question?: string;
};

/** The invoices of an incident and what came in for them; changes commit with their evidence. */
export type Invoices = {
  particulars(of: {
    incidentId: string;
    lines: { deal: string; investor: string }[];
  }): Promise<InvoiceParticulars[]>;
  /** Those of `keys` that are issued. */
  issuedAmong(keys: string[]): Promise<string[]>;
  /** Issues invoices with their documents and postings, each once; gives how many were new. */
  issue(batch: {
    incidentId: string;
    version: number;
    digest: string;
    at: string;
    invoices: NewInvoice[];
  }): Promise<number>;
  /**
   * The accounts that a version's money moves on. Order: by account.
   *
   * Ensures: `invoiced` where the incident has invoices payable to it; elsewhere what comes in is
   * other people's business, unless it is a payment of ours that comes back.
   */
  accounts(of: {
    incidentId: string;
    version: number;
  }): Promise<{ account: string; currency: string; invoiced: boolean }[]>;
  /** The entry up to which an account's statement has been read for the incident. */
  cursor(of: { incidentId: string; account: string; currency: string }): Promise<number>;
  /** The invoices, of whatever incident, that these references name. */
  named(references: string[]): Promise<IssuedInvoice[]>;
  /** Payments of the incident that came back. Order: by account and entry. Units: minor units. */
  returnsOf(
    incidentId: string,
  ): Promise<{ account: string; currency: string; amount: bigint; reference: string }[]>;
  /** How many payments of a version have come back and are not paid again. */
  openReturns(of: { incidentId: string; version: number }): Promise<number>;
  /** Entries of statements that were stored for the incident, as `<currency> <account>#<entry>`. */
  receiptsOf(incidentId: string): Promise<string[]>;
  /**
   * Stores what a part of a statement brought, and moves the cursor.
   *
   * Retry: stores nothing when somebody else has read on from `after` meanwhile, and says so.
   */
  store(part: {
    incidentId: string;
    at: string;
    account: string;
    currency: string;
    after: number;
    upTo: number;
    receipts: NewReceipt[];
  }): Promise<boolean>;
};
