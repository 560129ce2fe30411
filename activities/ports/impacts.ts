import type { Certificate } from '../../domain/certify';
import type { Basis } from '../../domain/plan';
import type { ReplayedDeal } from '../../domain/replay';
import type { ImpactLine, ScanSummary } from '../../domain/scan';

/** A deal whose recorded shares were certified on the averages as they were recorded. */
export type CertifiedDeal = { dealId: string; currency: string; certificate: Certificate };

/** A chunk of the scan. */
export type ScanChunk = { incidentId: string; chunk: number; dealsPerChunk: number };

/** What recomputing an incident's shares came to. */
export type Recomputation = {
  /** The basis the incident stands on. */
  basis: Basis;
  summary: ScanSummary;
  /** Of the import, the rule and every wrong commitment on either basis. */
  impactDigest: string;
};

/** What was found wrong, per incident. */
export type Impacts = {
  /** What a chunk came to, when it is done already; null otherwise. */
  scannedChunk(of: ScanChunk): Promise<{ deals: number; wrong: number } | null>;
  /**
   * Stores the certificates and findings of a chunk, with its evidence; all of it or nothing.
   *
   * Retry: a chunk that is done already stays as it is.
   */
  saveChunk(given: ScanChunk & { at: string; deals: readonly CertifiedDeal[] }): Promise<void>;
  /** The recomputation when it is finished already; null otherwise. */
  recomputation(incidentId: string): Promise<Recomputation | null>;
  /**
   * Stores all of a replay with its evidence, as it is read; all of it or nothing.
   *
   * Order: deals by closing; `conclude` is asked after the last one.
   * @throws RECOMPUTATION_DIFFERS (bug) when scan and replay disagree on which deals are wrong.
   */
  saveRecomputation(given: {
    incidentId: string;
    at: string;
    snapshot: { snapshotId: string; digest: string };
    deals: AsyncIterable<ReplayedDeal>;
    conclude: () => ScanSummary;
  }): Promise<Recomputation>;
  /** The summary of a finished recomputation; null before. */
  summary(incidentId: string): Promise<ScanSummary | null>;
  /** Wrong commitments on either basis. Order: deals by closing, investors by code point. */
  rows(of: { incidentId: string; deal?: string }): AsyncIterable<ImpactLine>;
  /** Deals with a difference on the incident's basis. Order: by code point. */
  affectedDeals(incidentId: string): Promise<string[]>;
  /** People with a difference on the incident's basis. Order: by code point. */
  affectedInvestors(incidentId: string): Promise<string[]>;
};
