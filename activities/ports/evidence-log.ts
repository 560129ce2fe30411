import type { EvidenceFileLine } from './evidence-file';

/** One entry as people read it; what was hashed is the canonical JSON of its first five members. */
export type EvidenceLine = {
  seq: number;
  at: string;
  actor: string;
  kind: string;
  body: Record<string, unknown>;
  prevHash: string;
  hash: string;
};

/**
 * Whether a chain holds. `seq` of the first break is the entry's number, or 0 where a row of a
 * table has no entry at all; `what` says what was expected, what was found and what to do.
 */
export type EvidenceVerdict =
  | { holds: true; entries: number; head: string; compared: HeadsCompared }
  | { holds: false; entries: number; firstBreak: { seq: number; what: string } };

/**
 * With how many heads the chain was compared: those this instance signed, those in documents that
 * people have read, those in the workflow's own history, which is null where nobody asked it.
 */
export type HeadsCompared = { signed: number; documents: number; workflow: number | null };

/** What is known of the chain's heads by others than the database. */
export type HeadWitnesses = {
  /** The instance's public key, SPKI PEM; without it signed heads are not looked at. */
  instanceKeyPem?: string;
  inWorkflow?: readonly { seq: number; hash: string }[];
};

/** The evidence of an incident, or of the registry of people, to be read and checked. */
export type EvidenceLog = {
  /**
   * The entries in order, those after `after` only.
   *
   * Order: by `seq`; read a page at a time, so that a long chain needs no memory.
   * @throws INCIDENT_UNKNOWN (refused) when there is neither such an incident nor such a chain.
   * @throws EVIDENCE_BROKEN (refused) when an entry's text cannot be read.
   */
  read(chain: string, after?: number): AsyncIterable<EvidenceLine>;
  /**
   * Walks the chain, then from it to the tables and back, in one snapshot of the database, and
   * from every head that was seen elsewhere to the entry that must stand there still.
   *
   * Ensures: an incident's chain holds only when the registry's does, which its votes stand on.
   * @throws INCIDENT_UNKNOWN (refused) when there is neither such an incident nor such a chain.
   */
  verify(chain: string, witnesses?: HeadWitnesses): Promise<EvidenceVerdict>;
  /**
   * Gives `take` everything an outsider needs to check an incident, in one snapshot.
   *
   * Order: of docs/evidence-format.md; the same rows give the same lines.
   * Ensures: no names, addresses or accounts, but for those in the signed texts of commands, which
   * are left out where their kind is `withheld`.
   * @throws INCIDENT_UNKNOWN (refused) when there is neither such an incident nor such a chain.
   * @throws EVIDENCE_BROKEN (refused) when an entry's text cannot be read.
   */
  export(
    of: { incidentId: string; withheld: readonly string[] },
    take: (line: EvidenceFileLine) => void,
  ): Promise<void>;
};
