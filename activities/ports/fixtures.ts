/** One commitment of an affected deal, with what it should have been. Units: minor units. */
export type FixtureRow = {
  investorId: string;
  requested: bigint;
  /** As it was recorded. Units: major units, decimal text; empty for none. */
  average: string;
  /** What the investor had before by corrected history. */
  corrected: { totalMinor: bigint; count: number };
  recorded: bigint;
  shouldBe: { asRecorded: bigint; asShouldHaveBeen: bigint };
};

/** A deal with a difference on either basis. Order: rows as they were imported. */
export type FixtureDeal = {
  dealId: string;
  currency: string;
  allocation: bigint;
  ruleVersion: string;
  rows: readonly FixtureRow[];
};

/** What engineers need of an incident to run its deals again. */
export type Fixtures = {
  /** Order: by closing, then id. Null when nothing is recomputed yet. */
  deals(incidentId: string): Promise<FixtureDeal[] | null>;
};
