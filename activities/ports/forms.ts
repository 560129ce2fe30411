import type { Team } from '../../contracts/command';
import type { ListedContradiction } from '../../domain/contradictions';
import type { Opened } from '../../domain/reminder-ladder';
import type { AwaitedPerson } from './gates';

/** A team that has not answered: its form's ladder, and who is on it now. */
export type SilentTeam = { team: Team; opened: Opened; people: AwaitedPerson[] };

/** One version of a team's answers; the earlier ones are kept. */
export type FormAnswer = {
  version: number;
  answers: Record<string, unknown>;
  by: string;
  answeredAt: string;
  /** Whether it came after the deadline. */
  late: boolean;
};

/** How a team's form stands. */
export type FormStanding = {
  team: Team;
  openedAt: string;
  deadlineAt: string;
  /** Who answers in the team's place; null where the team does. */
  delegate: string | null;
  /** Order: oldest first; none while the team is silent. */
  answers: FormAnswer[];
};

/** Why a contradiction stands as it stands, said and signed by a person. */
export type Explanation = { by: string; at: string; text: string };

/**
 * A contradiction with what has become of it; `digest` is of what it is about and who says what,
 * and is what an explanation is signed on.
 */
export type StandingContradiction = Omit<ListedContradiction, 'state'> & {
  digest: string;
  state: 'open' | 'explained' | 'changed';
  explanation: Explanation | null;
};

/** Answers, who is silent, and what does not agree, all of one moment. */
export type FormsStanding = { forms: FormStanding[]; contradictions: StandingContradiction[] };

/** The three teams' forms and who has answered. */
export type Forms = {
  /**
   * Opens every team's form with the pack's deadline, never on a day on which nobody of theirs
   * works; open ones stay as they are. Gives the last of the deadlines.
   */
  open(opening: { incidentId: string; at: string }): Promise<{ deadlineAt: string }>;
  /** Teams without an answer; ends the wait of those who have. */
  missing(look: { incidentId: string; at: string }): Promise<string[]>;
  /**
   * Those of `teams` whose form is open, each with who is to be reminded: its people or, in
   * their place, its delegate; from the second rung on their stand-ins; where it has nobody,
   * management and admins, who can enrol somebody.
   */
  awaited(look: { incidentId: string; at: string; teams: readonly Team[] }): Promise<SilentTeam[]>;
  /** Order: forms by team. */
  read(incidentId: string): Promise<FormsStanding>;
};
