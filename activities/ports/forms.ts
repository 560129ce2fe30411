import type { Team } from '../../contracts/command';
import type { Opened } from '../../domain/reminder-ladder';
import type { AwaitedPerson } from './gates';

/** A team that has not answered: its form's ladder, and who is on it now. */
export type SilentTeam = { team: Team; opened: Opened; people: AwaitedPerson[] };

/** The three teams' forms and who has answered. */
export type Forms = {
  /** Opens every team's form with the pack's deadline; open ones stay as they are. */
  open(opening: { incidentId: string; at: string }): Promise<{ deadlineAt: string }>;
  /** Teams without an answer; ends the wait of those who have. */
  missing(look: { incidentId: string; at: string }): Promise<string[]>;
  /**
   * Those of `teams` whose form is open, each with who is to be reminded: its people, from the
   * second rung on their stand-ins; where it has none, management and admins, who can enrol some.
   */
  awaited(look: { incidentId: string; at: string; teams: readonly Team[] }): Promise<SilentTeam[]>;
};
