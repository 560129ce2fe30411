/** The three teams' forms and who has answered. */
export type Forms = {
  /** Opens every team's form with the pack's deadline; open ones stay as they are. */
  open(opening: { incidentId: string; at: string }): Promise<{ deadlineAt: string }>;
  /** Teams without an answer; ends the wait of those who have. */
  missing(look: { incidentId: string; at: string }): Promise<string[]>;
};
