import { fitsSeat, type GateRule, type Seat, type SeatRole } from './gate-rule';

/** A vote whose signature has been verified, with the voter's roles when it was accepted. */
export type CountedVote = {
  readonly person: string;
  readonly roles: readonly string[];
  readonly decision: 'approve' | 'reject';
};

/** Somebody's confirmation that they hold the dossier. */
export type CountedReceipt = { readonly person: string; readonly roles: readonly string[] };

/** How a gate stands. `missing` names what is still needed, empty unless open. */
export type Tally = {
  readonly state: 'open' | 'passed' | 'rejected';
  readonly missing: readonly string[];
};

const receiptBy = 'receipt by ';
const or = ' or ';

/** What a reader is told is missing: `operations or legal`, `receipt by management`. */
const named = (roles: readonly SeatRole[]): string => roles.join(or);

/** The roles that can supply a missing item of a tally. */
export function rolesOfMissing(item: string): string[] {
  return (item.startsWith(receiptBy) ? item.slice(receiptBy.length) : item).split(or);
}

/** Whether a missing item of a tally is a receipt, which is no vote. */
export function isMissingReceipt(item: string): boolean {
  return item.startsWith(receiptBy);
}

/**
 * Counts a gate's votes.
 *
 * Method: seats are matched to people by augmenting paths, so whenever some assignment fills every
 * seat with another person, it is found; a person with two roles fills one seat only.
 * Order: of votes and seats is irrelevant to the state; a person's first vote is their only one.
 * Ensures: makers' votes and votes of roles without a seat count for nothing, in either direction.
 */
export function tally(given: {
  rule: GateRule;
  votes: readonly CountedVote[];
  receipts: readonly CountedReceipt[];
  makers: readonly string[];
}): Tally {
  const { rule, makers } = given;
  const seen = new Set<string>();
  const eligible = given.votes.filter(({ person, roles }) => {
    if (seen.has(person) || makers.includes(person) || !fitsSeat(rule, roles)) return false;
    seen.add(person);
    return true;
  });
  if (eligible.some(({ decision }) => decision === 'reject')) {
    return { state: 'rejected', missing: [] };
  }
  const missing = nearest(rule, eligible).map(({ roles }) => named(roles));
  const wanted = rule.receiptFrom;
  const received = given.receipts.some(({ roles }) => wanted?.some((role) => roles.includes(role)));
  if (wanted !== undefined && !received) missing.push(receiptBy + named(wanted));
  return { state: missing.length === 0 ? 'passed' : 'open', missing };
}

/** What is missing by the way that needs the fewest further people; of equals, the first. */
function nearest({ seats, further = [[]] }: GateRule, people: readonly CountedVote[]): Seat[] {
  const ways = further.map((set) => emptySeats([...seats, ...set], people));
  return ways.reduce((best, way) => (way.length < best.length ? way : best));
}

/** The seats that stay empty when as many as possible are filled. */
function emptySeats(seats: readonly Seat[], people: readonly CountedVote[]): Seat[] {
  const seatOf = new Map<string, number>(); // Who sits where, by person.
  const fill = (index: number, asked: Set<string>): boolean => {
    for (const { person, roles } of people) {
      const may = seats[index]?.roles.some((role) => roles.includes(role)) ?? false;
      if (!may || asked.has(person)) continue;
      asked.add(person);
      const taken = seatOf.get(person);
      // Somebody who sits already moves over, when another of their roles finds them a seat.
      if (taken === undefined || fill(taken, asked)) {
        seatOf.set(person, index);
        return true;
      }
    }
    return false;
  };
  return seats.filter((_, index) => !fill(index, new Set()));
}
