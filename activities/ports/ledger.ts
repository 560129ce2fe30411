/** What an account moved. Units: minor units, money out and in apart. */
export type BankMovement = { account: string; currency: string; out: bigint; in: bigint };

/** The double-entry ledger, read. */
export type Ledger = {
  /** What was booked on bank accounts for an incident. Order: by account and currency. */
  bankMovements(incidentId: string): Promise<BankMovement[]>;
  /** Every account's balance in an incident's entries. Order: by account and currency. */
  balances(incidentId: string): Promise<{ account: string; currency: string; balance: bigint }[]>;
  /** Puts a reconciliation into evidence, unless it is what the last one came to. */
  noteReconciliation(given: {
    incidentId: string;
    at: string;
    result: Record<string, unknown>;
  }): Promise<void>;
};
