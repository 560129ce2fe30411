import type { Stage } from './workflow-ids';

/** Whose a workflow is: an incident, and which of its runs; a later run takes its place. */
export type OfRun = { incidentId: string; run: number };

/** What the parent workflow is started with: ids and digests, nothing personal. */
export type IncidentStart = OfRun & {
  /** When the incident was opened, as ISO 8601. */
  openedAt: string;
  drill: boolean;
  /** Deals reported at opening, at most 50 of them. */
  reportedDeals: string[];
  severity: string;
  /** The waits of the pack as it stood at opening. Units: seconds. */
  waits: Waits;
  /** Given by `incident resume`: the page to go on from, and when pages were turned so far. */
  resumed?: { stage: Stage; entered: { stage: Stage; at: string }[] };
};

/** The times and sizes of a pack that workflows need. Units: seconds and rows. */
export type Waits = {
  pagingEvery: number;
  freezeWatchEvery: number;
  formsRemindEvery: number;
  pollBank: number;
  pollImport: number;
  pollLive: number;
  /** How often, and for how long after the end, money that was paid out is looked after. */
  followUpEvery: number;
  followUpFor: number;
  liveChecks: number;
  scanDealsPerChunk: number;
  paymentsPerChunk: number;
  lettersPerChunk: number;
  chunksInFlight: number;
};

/** How far an incident's evidence has come, as its instance signed it: the workflow keeps it. */
export type SignedHead = { seq: number; hash: string; jws?: string };

/** The outcome a closed incident leaves in Temporal. */
export type IncidentOutcome = {
  incidentId: string;
  outcome: 'made-whole' | 'no-impact';
  planVersions: number;
  evidenceHead: SignedHead;
};
