/**
 * Somebody stands in for somebody, between two instants.
 *
 * Shapes: instants in UTC with milliseconds, so that they compare as texts.
 */
export type StandIn = {
  readonly person: string;
  readonly standIn: string;
  readonly from: string;
  readonly until: string;
};

/**
 * Who counts as one with a person at an opening of a gate: whoever stood in for them, or they for,
 * at any time between the opening and the vote.
 *
 * Ensures: goes both ways and no further: the stand-in of a stand-in is another person.
 */
export function tiedTo(
  standIns: readonly StandIn[],
  vote: { person: string; openedAt: string; at: string },
): string[] {
  const { person, openedAt, at } = vote;
  const tied = standIns.flatMap((each) => {
    if (each.from > at || each.until <= openedAt) return [];
    if (each.person === person) return [each.standIn];
    return each.standIn === person ? [each.person] : [];
  });
  return [...new Set(tied)];
}
