/** What is held: the whole service, or one deal's closing, wires, distributions and transfers. */
export type HoldSubject = { kind: 'service' } | { kind: 'deal'; dealId: string };

/** A hold of an incident as our books have it. */
export type Hold = {
  kind: 'service' | 'deal';
  /** Empty for the service. */
  dealId: string;
  token: string | null;
  state: 'asked' | 'held' | 'lapsed' | 'lifting' | 'lifted';
};

/** What an incident wants held. */
export type HoldWish = { incidentId: string; subjects: HoldSubject[]; again?: true; at: string };

/** The books of what an incident holds; each change commits with its evidence. */
export type Holds = {
  /**
   * Books the wish before the service is asked; what is held already stays as it is, and what was
   * lifted stays lifted unless it is wanted `again`.
   */
  ask(wish: HoldWish): Promise<void>;
  /** Every hold of the incident that is not lifted. */
  open(incidentId: string): Promise<Hold[]>;
  /** Books tokens the service gave; one entry of evidence for all of them. */
  placed(placed: {
    incidentId: string;
    holds: { kind: 'service' | 'deal'; dealId: string; token: string }[];
    at: string;
  }): Promise<void>;
  /** Books that holds were found gone; one that is let go meanwhile has not lapsed. */
  lapsed(lapse: { incidentId: string; holds: Hold[]; at: string }): Promise<void>;
  /** Books that all of `holds` were seen standing. */
  verified(look: { incidentId: string; at: string }): Promise<void>;
  /**
   * From here on the watch lets go of them; the service is told next. `lastSeq`: how far
   * allocations had come by then, kept from the first try.
   */
  lifting(lift: {
    incidentId: string;
    holds: Hold[];
    at: string;
    why: string;
    lastSeq?: number;
  }): Promise<void>;
  /** Books what was let go. */
  lifted(lift: { incidentId: string; holds: Hold[]; at: string; why: string }): Promise<void>;
  /** The last allocation before the service went online again; null while it never has. */
  onlineAfter(incidentId: string): Promise<number | null>;
};
