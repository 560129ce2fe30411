import type { PolicyPack } from '../../contracts/pack';
import type { Stage } from '../../contracts/workflow-ids';

/** An incident as its row has it. */
export type IncidentView = {
  incidentId: string;
  summary: string;
  drill: boolean;
  pack: PolicyPack;
  packDigest: string;
  openedBy: string;
  openedAt: string;
  firstKnownAt: string | null;
  reportedDeals: string[];
  stage: Stage;
  stageSince: string;
  severity: string | null;
  takenBy: string | null;
  closedAt: string | null;
};

/** The incidents there are. */
export type Incidents = {
  find(incidentId: string): Promise<IncidentView | undefined>;
  /** Order: newest first. */
  list(): Promise<IncidentView[]>;
  /** The digest of the newest dossier, which a receipt is about. */
  dossierOf(incidentId: string): Promise<string | undefined>;
  /** The pages turned so far, each at its last time. Order: by that time. */
  pages(incidentId: string): Promise<{ stage: Stage; at: string }[]>;
};
