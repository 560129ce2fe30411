import type { BoardCounts } from '../../contracts/activities';

/** Pages turned, the board's counts, and the end of an incident. */
export type Stages = {
  /** Records the page and since when, with evidence; the same page again changes nothing. */
  turn(turn: { incidentId: string; stage: string; at: string }): Promise<void>;
  board(incidentId: string): Promise<BoardCounts>;
  /** Closes the incident, once. */
  close(end: {
    incidentId: string;
    outcome: string;
    planVersions: number;
    postMortem: string;
    at: string;
  }): Promise<void>;
};
