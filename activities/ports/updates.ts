import type { Opened } from '../../domain/reminder-ladder';
import type { AwaitedPerson } from './gates';

/** The next update that stakeholders were promised, and who on our side owes it. */
export type OwedUpdate = {
  /** When stakeholders last heard something new: a page turned, a letter sent, an update given. */
  givenAt: string;
  dueAt: string;
  /** A rung each time that it falls due and was not given. */
  opened: Opened;
  /** The round of the rung before the first one, so that rounds never meet those of before. */
  base: number;
  people: AwaitedPerson[];
};

/** Updates that stakeholders are promised, again and again until the incident is closed. */
export type Updates = {
  /**
   * What is owed: by customer success and whoever has the incident, else by management and admins;
   * undefined where the incident is closed.
   */
  owed(of: { incidentId: string; at: string }): Promise<OwedUpdate | undefined>;
};
