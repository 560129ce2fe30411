/** One figure on which the two computations do not agree. Units: major units, decimal texts. */
export type OpinionDifference = {
  deal: string;
  investor: string;
  /** The share on a basis; the average that follows from the books; or what was recorded at all. */
  figure: 'asRecorded' | 'asShouldHaveBeen' | 'average' | 'recorded';
  ours: string;
  second: string;
};

/** What a second computation of an incident's shares came to. */
export type Opinion = {
  deals: { affected: number; sampled: number };
  /** How many commitments were computed a second time, each on both bases. */
  commitments: number;
  /** Empty when both agree on everything. Order: as they were found; not more than can be read. */
  differences: readonly OpinionDifference[];
};

/** A second computation of what was found wrong, by other means than the first. */
export type SecondOpinions = {
  /** What the two agreed on; null before, and while they do not. */
  agreed(incidentId: string): Promise<Opinion | null>;
  /**
   * Computes every affected deal and `restSampled` of the rest once more, and keeps what it came
   * to, with evidence; whoever differs is shown to wait for a person.
   *
   * Retry: a difference that is kept already is not kept twice; agreement ends the waiting.
   */
  ask(of: { incidentId: string; at: string; restSampled: number }): Promise<Opinion>;
  /** Whether a difference was found, and no later opinion has agreed. */
  differs(incidentId: string): Promise<boolean>;
};
