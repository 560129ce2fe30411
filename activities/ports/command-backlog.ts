/** What waits at an incident's desk until somebody has time for it. */
export type WaitingCommands = {
  incidentId: string;
  /** Names this batch: the same batch again adds nothing. */
  batch: string;
  /** Signed texts in the order they came; null for what is too large or no text at all. */
  texts: (string | null)[];
  at: string;
};

/**
 * Commands that came where nobody could answer at once. Each text is kept once, with how often it
 * came; what cannot be a command is counted, and its text is not kept.
 *
 * Ensures: each is answered once, in the order of arrival, and stands in evidence with its refusal.
 */
export type CommandBacklog = {
  /** Keeps commands for later. Retry: the same batch adds nothing. */
  keep(given: WaitingCommands): Promise<void>;
  /**
   * Answers the oldest, at most `limit` of them, each signed one in a transaction of its own, so
   * that whoever asks for an answer at once is not kept waiting.
   *
   * Retry: `call` names this call; its second try nudges whom the first one would have.
   */
  answerOldest(given: {
    incidentId: string;
    call: string;
    limit: number;
    /** The first call of a new desk: whoever waits looks again, for the last may have died. */
    afresh: boolean;
    at: string;
  }): Promise<{ answered: number; left: boolean; nudge: string[] }>;
};
