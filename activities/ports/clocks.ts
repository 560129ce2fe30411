import type { Telling, Told } from '../../domain/clock-moments';
import type { Clock } from '../../domain/clocks';
import type { Hours } from '../../domain/working-time';

/** The clocks of an incident as its facts have them now, and what has been said of them. */
export type ClockReading = {
  clocks: Clock[];
  told: Told[];
  hours: Hours;
  closed: boolean;
  /** The number the next notice about clocks has. */
  round: number;
};

/** The clocks of incidents: never stored, but worked out from what is on file. */
export type Clocks = {
  /** Null for an unknown incident. Order: the next one first, as `clocksOf` says. */
  read(incidentId: string): Promise<ClockReading | null>;
  /** Puts the list into evidence where it is another than the last one there. */
  note(given: { incidentId: string; at: string; clocks: readonly Clock[] }): Promise<void>;
  /** Keeps what a notice has said, with its evidence; said twice is kept once. */
  keepTold(given: {
    incidentId: string;
    at: string;
    round: number;
    said: readonly { clock: Clock; told: Telling }[];
  }): Promise<void>;
};
