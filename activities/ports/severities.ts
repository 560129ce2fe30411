import type { PolicyPack } from '../../contracts/pack';
import type { Severity, SeverityDecision, SeverityFacts } from '../../domain/severity';

/** What severity is decided from, as recorded now, and the level that stands. */
export type SeveritySources = {
  pack: PolicyPack;
  standing: Severity | null;
  facts: SeverityFacts;
};

/** The severities of incidents. */
export type Severities = {
  /** Null for an unknown incident. Order: ages are counted to `at`. */
  sources(of: { incidentId: string; at: string }): Promise<SeveritySources | null>;
  /**
   * Stores a decision with its evidence, together.
   *
   * Ensures: the level stored never falls; the same decision twice leaves one entry of evidence.
   */
  record(given: {
    incidentId: string;
    at: string;
    phase: 'provisional' | 'computed';
    decision: SeverityDecision;
  }): Promise<{ severity: Severity; rose: boolean }>;
};
