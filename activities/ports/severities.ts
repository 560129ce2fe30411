import type { PolicyPack } from '../../contracts/pack';
import type {
  Lowering,
  Severity,
  SeverityDecision,
  SeverityFacts,
  SeverityReason,
} from '../../domain/severity';

/** What severity is decided from, as recorded now, the level that stands, and the last lowering. */
export type SeveritySources = {
  pack: PolicyPack;
  standing: Severity | null;
  facts: SeverityFacts;
  lowering: Lowering | undefined;
};

/** The level that stands with its reasons, and the digest by which somebody lowers it. */
export type StandingSeverity = {
  severity: Severity | null;
  reasons: SeverityReason[];
  digest: string;
};

/** A level that rose by itself, by the entry of evidence that says so. */
export type SeverityRise = {
  seq: number;
  from: string;
  severity: Severity;
  reasons: SeverityReason[];
};

/** The severities of incidents. */
export type Severities = {
  /**
   * Decides by `decide` from what is recorded, and stores that with its evidence, together.
   *
   * Order: nobody lowers the level in between. Null for an unknown incident.
   * Ensures: the same decision twice leaves one entry of evidence.
   */
  weigh(given: {
    incidentId: string;
    at: string;
    phase: 'provisional' | 'computed' | 'again';
    decide: (sources: SeveritySources) => SeverityDecision;
  }): Promise<{ severity: Severity; rose: boolean } | null>;
  /** The last time the level rose from one that stood; null where it never has. */
  lastRise(incidentId: string): Promise<SeverityRise | null>;
  /** Null for an unknown incident. */
  standing(incidentId: string): Promise<StandingSeverity | null>;
};
