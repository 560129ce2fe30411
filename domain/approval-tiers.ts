import { assert } from './assert';
import { gateRuleFor, standingSeat, type GateRule, type SeatRole } from './gate-rule';
import { parseMinor } from './money';
import type { DealTotals } from './plan';

/**
 * From which amounts on a plan needs further people: one of the sets in `further`, each person on a
 * seat of their own. Either limit of a currency reaches the tier.
 *
 * Shapes: decimal texts by currency.
 */
export type AmountTier = {
  readonly from: Readonly<Record<string, { readonly total: string; readonly line: string }>>;
  readonly further: readonly (readonly SeatRole[])[];
};

/** What a plan comes to in one currency: all of it, and its largest line. Units: minor units. */
export type PlanSize = {
  readonly currency: string;
  readonly total: bigint;
  readonly largest: bigint;
};

/**
 * Adds up what a plan decides on, by currency.
 *
 * Method: paid out, called in, units at cost and what is let stand all count, so that no kind of
 * line is too small to be noticed.
 */
export function sizesOf(deals: readonly DealTotals[]): PlanSize[] {
  const sizes = new Map<string, PlanSize>();
  for (const { currency, out, in: called, units, letStand, largest } of deals) {
    const amounts = [...Object.values(out), ...Object.values(called), units, letStand];
    const sum = amounts.reduce((total, amount) => total + parseMinor(amount, currency), 0n);
    const most = parseMinor(largest, currency);
    const before = sizes.get(currency) ?? { currency, total: 0n, largest: 0n };
    const both = before.largest > most ? before.largest : most;
    sizes.set(currency, { currency, total: before.total + sum, largest: both });
  }
  return [...sizes.values()];
}

/**
 * What a plan comes to together with the incident's earlier plans, in each currency of its own.
 *
 * Method: totals add up, so that several plans are no smaller than one; the largest line stays the
 * plan's own, since a line is one investor's and cannot be divided among plans.
 */
export function sizesTogether(
  own: readonly PlanSize[],
  earlier: readonly (readonly PlanSize[])[],
): PlanSize[] {
  const before = earlier.flat();
  return own.map((size) => {
    const same = before.filter(({ currency }) => currency === size.currency);
    return { ...size, total: same.reduce((sum, { total }) => sum + total, size.total) };
  });
}

/** Whether anything stands in the plan: somebody keeps too much, or is left with too little. */
export function letsStand(deals: readonly DealTotals[]): boolean {
  return deals.some(({ letStand, currency }) => parseMinor(letStand, currency) > 0n);
}

/**
 * The tier of a plan: 0 where legal and finance are enough, else which of the tiers, from 1 on.
 *
 * Ensures: the highest tier that any currency reaches; one that no tier names reaches the highest.
 */
export function tierOf(tiers: readonly AmountTier[], sizes: readonly PlanSize[]): number {
  return sizes.reduce((highest, size) => Math.max(highest, tierOfOne(tiers, size)), 0);
}

function tierOfOne(tiers: readonly AmountTier[], size: PlanSize): number {
  const { currency, total, largest } = size;
  const limits = tiers.map(({ from }) => from[currency]);
  if (limits.every((limit) => limit === undefined)) return tiers.length;
  const reached = limits.map((limit) => {
    if (limit === undefined) return false;
    const { total: all, line } = limit;
    return total >= parseMinor(all, currency) || largest >= parseMinor(line, currency);
  });
  return reached.lastIndexOf(true) + 1;
}

/**
 * The rule of the gate `plan`: its own seats, customer success where anything stands, and one of
 * the tier's sets besides.
 */
export function planRule(
  tiers: readonly AmountTier[],
  { tier, stands }: { tier: number; stands: boolean },
): GateRule {
  const least = gateRuleFor('plan');
  assert(least !== undefined, 'the gate plan has a rule');
  const rule = stands ? { ...least, seats: [...least.seats, standingSeat] } : least;
  const further = tiers[tier - 1]?.further;
  if (further === undefined) return rule;
  return { ...rule, further: further.map((roles) => roles.map((role) => ({ roles: [role] }))) };
}
