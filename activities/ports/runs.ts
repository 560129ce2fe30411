/** A run of an incident's workflow; the last one is live until the incident is closed. */
export type Run = {
  incidentId: string;
  openedAt: string;
  run: number;
  /** Temporal's id of it; null until it is known to have started. */
  workflowRunId: string | null;
  startedAt: string;
};

/** Who stopped an incident, since when and why. */
export type Halt = { by: string; at: string; reason: string };

/** The runs of incidents: at most one is live. */
export type Runs = {
  /** The number of the incident's newest run; 0 where nothing is on file. */
  newest(incidentId: string): Promise<number>;
  /** Who has halted it; null while it goes on. */
  halt(incidentId: string): Promise<Halt | null>;
  /** Each open incident's live run. Order: newest incident first. */
  live(): Promise<Run[]>;
  /** Each closed incident with its newest run. Order: newest incident first. */
  closed(): Promise<Pick<Run, 'incidentId' | 'run'>[]>;
  /** Notes Temporal's id of a run that has started. */
  noteStarted(started: { incidentId: string; run: number; workflowRunId: string }): Promise<void>;
};
