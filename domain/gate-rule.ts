/** A role that may sit on a seat of a gate; the registry says who holds it. */
export type SeatRole =
  'customer-success' | 'engineering' | 'finance' | 'legal' | 'management' | 'operations';

/** One approval a gate needs: by a person who holds any of `roles`. */
export type Seat = { readonly roles: readonly SeatRole[] };

/** What a gate needs before it passes: every seat by another person, and a receipt where asked. */
export type GateRule = {
  readonly seats: readonly Seat[];
  /** One of these sets of seats is needed besides. */
  readonly further?: readonly (readonly Seat[])[];
  /** Somebody of these roles must have confirmed that they hold the dossier. */
  readonly receiptFrom?: readonly SeatRole[];
};

const seat = (...roles: SeatRole[]): Seat => ({ roles });

/** Each kind of gate by the form of its id; `*` stands for a stage. */
const rules: readonly { readonly id: string; readonly rule: GateRule }[] = [
  { id: 'letters/*', rule: { seats: [seat('customer-success'), seat('legal')] } },
  { id: 'plan', rule: { seats: [seat('legal'), seat('finance')], receiptFrom: ['management'] } },
  { id: 'unfreeze', rule: { seats: [seat('engineering'), seat('operations', 'legal')] } },
  { id: 'difference', rule: { seats: [seat('finance'), seat('operations')] } },
  { id: 'close', rule: { seats: [seat('legal'), seat('management')] } },
];

/** Who signs a plan besides where anything stands: they speak for whoever is paid nothing. */
export const standingSeat: Seat = seat('customer-success');

/** Who lowers a severity: one of each, by signing the same level on the same reasons. */
export const severityRule: GateRule = { seats: [seat('management'), seat('legal')] };

/** Every kind of gate by the form of its id. Order: that of the runbook. */
export const gateForms: readonly string[] = rules.map(({ id }) => id);

function fits(form: string, gateId: string): boolean {
  if (!form.endsWith('*')) return form === gateId;
  const stem = form.slice(0, -1);
  return gateId.startsWith(stem) && gateId.length > stem.length;
}

/**
 * The votes a gate needs at least, by its id; undefined for an id that names no gate. What a plan
 * needs besides, by what is in it, is `planRule`'s.
 *
 * Ensures: the rule comes from here and nowhere else, so that no stored row can soften it.
 */
export function gateRuleFor(gateId: string): GateRule | undefined {
  return rules.find(({ id }) => fits(id, gateId))?.rule;
}

/** Every seat that anybody may fill at the gate, those of all its further sets among them. */
export function seatsOf({ seats, further = [] }: GateRule): Seat[] {
  return [...seats, ...further.flat()];
}

/** Whether any of a person's roles sits on a seat of the gate. */
export function fitsSeat(rule: GateRule, roles: readonly string[]): boolean {
  return seatsOf(rule).some((each) => each.roles.some((role) => roles.includes(role)));
}
