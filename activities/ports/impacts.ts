import type { Certificate } from '../../domain/certify';
import type { Basis } from '../../domain/plan';
import type { Standing } from '../../domain/replay-order';
import type { CarriedPerson, ImpactLine, ScannedDeal, ScanState } from '../../domain/scan';
import type { ScanSummary } from '../../domain/scan-tally';

/** A deal whose recorded shares were checked; the certificate of a right one is made later. */
export type CheckedDeal = { dealId: string; wrong: Certificate | null };

/** How far a walk over all deals has come; chunks are counted from 0, without a gap. */
export type Progress = { chunks: number; deals: number; last: Standing | null };

/** A chunk of such a walk. */
export type Chunk = { incidentId: string; chunk: number; at: string };

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
  /** How far the check of recorded shares has come, and how many deals were wrong. */
  checked(incidentId: string): Promise<Progress & { wrong: number }>;
  /**
   * Stores what a chunk of the check found; all of it or nothing. The last one seals the check with
   * an entry of evidence.
   *
   * @throws UNEXPECTED (fault) when another try has done this chunk: begin again after `checked`.
   */
  saveChecked(given: Chunk & { deals: readonly CheckedDeal[]; isLast: boolean }): Promise<void>;
  /** The recomputation when it is finished already; null otherwise. */
  recomputation(incidentId: string): Promise<Recomputation | null>;
  /** What a recomputation goes on from that was cut short; null before its first chunk. */
  recomputed(of: { incidentId: string; rankOf: ReadonlyMap<string, number> }): Promise<{
    chunks: number;
    last: Standing;
    carried: CarriedPerson[];
    state: ScanState;
  } | null>;
  /**
   * Stores the differences, certificates and mismatches of a chunk of deals; all of it or nothing.
   *
   * Order: deals by closing. `state` is the scan's after the last of them.
   * @throws RECOMPUTATION_DIFFERS (refused) when the check has found other deals wrong.
   * @throws UNEXPECTED (fault) when another try has done this chunk: begin again.
   */
  saveRecomputed(
    given: Chunk & {
      deals: readonly ScannedDeal[];
      people: readonly string[];
      state: ScanState;
    },
  ): Promise<void>;
  /** Seals all chunks with one entry of evidence, once. */
  concludeRecomputation(given: {
    incidentId: string;
    at: string;
    snapshot: { snapshotId: string; digest: string };
    summary: ScanSummary;
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
