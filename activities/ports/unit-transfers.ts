import type { InvoiceState } from '../../domain/match-receipt';

/** A transfer that is not confirmed yet. Units: minor units at cost. */
export type OpenTransfer = {
  key: string;
  deal: string;
  from: string;
  to: string;
  sequence: number;
  amount: bigint;
  currency: string;
  state: 'intended' | 'refused';
  /** How far the call of the same deal, holder and sequence is paid; none before it is issued. */
  call?: InvoiceState;
};

/** What the register said to a transfer. */
export type TransferOutcome =
  | { key: string; kind: 'confirmed'; reference: string; confirmedAt: string }
  | { key: string; kind: 'refused'; cause: string };

/** A transfer as people read it. Units: a decimal string at cost. */
export type TransferView = {
  deal: string;
  from: string;
  to: string;
  units: string;
  currency: string;
  state: 'intended' | 'confirmed' | 'refused';
  reference: string | null;
  cause: string | null;
};

/** Who was recorded with what of a deal. Units: decimal strings in its currency. */
export type RecordedHoldings = {
  currency: string;
  holdings: { investorId: string; units: string }[];
};

/** The transfers of units and their states; every change commits with its evidence. */
export type UnitTransfers = {
  /** Order: those whose call is paid first, then by deal and sequence. `total` counts them all. */
  open(of: {
    incidentId: string;
    version: number;
    limit: number;
  }): Promise<{ rows: OpenTransfer[]; total: number }>;
  /** What the platform had recorded of a deal when the incident began. */
  recordedHoldings(of: { incidentId: string; deal: string }): Promise<RecordedHoldings>;
  /** Keeps the signed instrument before it is sent. */
  noteInstrument(of: { key: string; instrument: string }): Promise<void>;
  /** Records outcomes, each once; counts only what changed. */
  record(given: {
    incidentId: string;
    at: string;
    outcomes: TransferOutcome[];
  }): Promise<{ confirmed: number; refused: number }>;
  /** Every transfer of an incident. Order: by deal and sequence. */
  list(incidentId: string): Promise<TransferView[]>;
};
