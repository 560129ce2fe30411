import type {
  CommitmentRow,
  DealRow,
  ImportFault,
  ImportFile,
  InvestorRow,
  PaymentDetailsRow,
} from '../../contracts/import-row';
import type { DiagnosableDeal } from '../../domain/diagnose';
import type { History } from '../../domain/histories';
import type { RecordedDeal } from '../../domain/recorded-deal';
import type { Standing } from '../../domain/replay-order';

/** A platform's history as imported, whole and dated; nothing in it changes any more. */
export type Snapshot = {
  snapshotId: string;
  /** Of the imported content. */
  digest: string;
  importedAt: string;
  deals: number;
  investors: number;
  commitments: number;
};

/** A snapshot opened to be gone through as a whole. */
export type RecordedHistory = {
  /** Everybody on file, by code point: where somebody stands here is their rank. */
  people: readonly string[];
  rankOf: ReadonlyMap<string, number>;
  /** What they had invested before the first deal on file. */
  opening: ReadonlyMap<string, History>;
  /**
   * Deals in columns, from the first or from the one after `after`; two pages in memory.
   *
   * Order: by closing, then id by code point; rows of a deal in the order of the import.
   */
  deals: (after?: Standing) => AsyncIterable<RecordedDeal>;
};

/** What is imported, for whoever scans it. */
export type Imports = {
  /** The snapshot imported last; null while nothing is imported. */
  latestSnapshot(): Promise<Snapshot | null>;
  /** The snapshot an incident started with; null while it has none. */
  snapshotOf(incidentId: string): Promise<Snapshot | null>;
  /**
   * Binds the latest snapshot to an incident, once and for good; null while nothing is imported,
   * and then the incident is shown to wait for an import.
   *
   * Retry: an incident keeps the snapshot it has, also when a newer one is there.
   */
  bindSnapshot(of: { incidentId: string; at: string }): Promise<Snapshot | null>;
  /**
   * Deals with their commitments, a page in memory at a time.
   *
   * Order: by closing, then id by code point; rows of a deal in the order of the import.
   */
  dealsInOrder(snapshotId: string): AsyncIterable<DiagnosableDeal>;
  openHistory(snapshotId: string): Promise<RecordedHistory>;
};

/** The rows of an import as their tables are read, each table once, in this order, by blocks. */
export type HistoryRows = {
  deals: AsyncIterable<readonly DealRow[]>;
  investors: AsyncIterable<readonly InvestorRow[]>;
  commitments: AsyncIterable<readonly CommitmentRow[]>;
  paymentDetails: AsyncIterable<readonly PaymentDetailsRow[]>;
  /** What was wrong with rows so far; such rows are left out above. */
  faults: () => readonly ImportFault[];
  /** What a table is called in a fault: its file or view. */
  nameOf: (file: ImportFile) => string;
  /** What the number of a row counts: lines of a file, or rows as they were read. */
  place: 'line' | 'row';
};

/** How many rows there are of each file. */
export type ImportCounts = {
  deals: number;
  investors: number;
  commitments: number;
  paymentDetails: number;
};

/** How an import ended. */
export type ImportOutcome =
  | { kind: 'invalid'; faults: readonly ImportFault[] }
  /** `snapshotId` is null when nothing was to be kept: a dry run. */
  | { kind: 'imported'; snapshotId: string | null; digest: string; counts: ImportCounts }
  /** The same content is there already, so nothing changed. */
  | { kind: 'unchanged'; snapshotId: string; digest: string; counts: ImportCounts };
