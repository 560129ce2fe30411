import type { ReplayDeal } from '../../domain/replay';

/** A fix as proposed, and how far it came. */
export type Fix = {
  attempt: number;
  rule: string;
  averages: 'recorded' | 'corrected';
  proposedBy: string;
  state: 'proposed' | 'verified' | 'failed' | 'approved' | 'rejected' | 'deployed' | 'live';
  reportDigest: string | null;
};

/** A share that a fix would get wrong, or right. */
export type Restatement = { dealId: string; investorId: string; allocated: string };

/** The books of fixes: proposals, reports, deployments. */
export type Fixes = {
  /** `rejected`: by the gate on its report; `failed`: also by a live allocation. */
  latest(incidentId: string): Promise<Fix | null>;
  /** Shows that a fix is waited for, while none is proposed. */
  awaited(wait: { incidentId: string; at: string }): Promise<void>;
  /**
   * The digest of the scan's report when it found nobody harmed and the second opinion agrees; null
   * before or otherwise, and once a live allocation has shown it wrong.
   */
  cleanScan(incidentId: string): Promise<string | null>;
  /** All deals of the incident's snapshot in closing order, a page at a time. */
  deals(incidentId: string): AsyncIterable<ReplayDeal>;
  /** The incident's own wrong deals. */
  affectedDeals(incidentId: string): Promise<ReplayDeal[]>;
  /** Shares that remedies have already changed, for corrected averages. */
  restatements(incidentId: string): Promise<Restatement[]>;
  /** Keeps a report by its digest and says whether the fix held. */
  reported(report: {
    incidentId: string;
    attempt: number;
    holds: boolean;
    body: string;
    at: string;
  }): Promise<{ reportDigest: string }>;
  /** The report as kept; null when there is none of that digest. */
  report(incidentId: string, digest: string): Promise<string | null>;
  /** Moves a fix on, with evidence of what was done; one that is past that step stays. */
  moved(move: {
    incidentId: string;
    attempt: number;
    state: Fix['state'];
    kind: 'deployed' | 'probed' | 'fix-verified';
    body: Record<string, unknown>;
    at: string;
  }): Promise<void>;
  /** Evidence of certified live allocations. A broken one fails whatever had been approved. */
  checkedLive(check: {
    incidentId: string;
    at: string;
    body: { checked: number; deals: string[]; broken: string[] };
  }): Promise<void>;
};
