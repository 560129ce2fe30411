import { planRule } from './approval-tiers';
import { gateForms, gateRuleFor, severityRule, type GateRule } from './gate-rule';

/** A person as far as it matters who can decide today. */
export type Decider = {
  readonly id: string;
  readonly roles: readonly string[];
  /** Enrolled, with a key that counts now. */
  readonly canSign: boolean;
  /** Until when somebody stands in for them; absent while nobody does. */
  readonly awayUntil?: string | undefined;
};

/** Who can fill one seat of a gate today: there, away, or without a key that counts. */
export type SeatToday = {
  readonly roles: readonly string[];
  readonly here: readonly string[];
  readonly away: readonly string[];
  readonly cannotSign: readonly string[];
};

/** A kind of gate with its seats as they can be filled today. */
export type GateToday = {
  readonly gate: string;
  readonly seats: readonly SeatToday[];
  /** Whether each seat can be filled by another person. */
  readonly canPass: boolean;
};

type Kind = { readonly gate: string; readonly rule: GateRule | undefined };
const standing: Kind = {
  gate: 'plan, where anything stands',
  rule: planRule([], { tier: 0, stands: true }),
};
const gates = gateForms.flatMap((gate): Kind[] => {
  const kind = { gate, rule: gateRuleFor(gate.replace('*', 'any')) };
  return gate === 'plan' ? [kind, standing] : [kind];
});
const kinds: readonly Kind[] = [...gates, { gate: 'severity lower', rule: severityRule }];

/** Who can decide what, gate by gate, by the roles people hold and the keys that count. */
export function whoDecides(people: readonly Decider[]): GateToday[] {
  return kinds.map(({ gate, rule }) => {
    const seats = (rule?.seats ?? []).map(({ roles }) => seatToday(roles, people));
    return { gate, seats, canPass: canFill(seats.map(({ here }) => here)) };
  });
}

function seatToday(roles: readonly string[], people: readonly Decider[]): SeatToday {
  const holders = people.filter((person) => person.roles.some((role) => roles.includes(role)));
  const signing = holders.filter(({ canSign }) => canSign);
  const idsOf = (of: readonly Decider[]) => of.map(({ id }) => id);
  return {
    roles,
    here: idsOf(signing.filter(({ awayUntil }) => awayUntil === undefined)),
    away: idsOf(signing.filter(({ awayUntil }) => awayUntil !== undefined)),
    cannotSign: idsOf(holders.filter(({ canSign }) => !canSign)),
  };
}

/** Whether every seat finds a person of its own. */
function canFill(seats: readonly (readonly string[])[], taken: readonly string[] = []): boolean {
  const [seat, ...others] = seats;
  if (seat === undefined) return true;
  return seat.some((id) => !taken.includes(id) && canFill(others, [...taken, id]));
}
