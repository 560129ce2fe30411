import { assert } from './assert';
import { compareCodePoints } from './code-points';
import type { Ask } from './prorate';

/** Where one tier stops: who is met in full, who stays open, and the open ones' rate. */
export type TierRate = {
  readonly available: bigint;
  readonly capped: readonly Ask[];
  readonly open: readonly Ask[];
  /** What the capped leave. Units: minor units. */
  readonly left: bigint;
  /** Σ average of the open; the rate is `left` / `weight`. */
  readonly weight: bigint;
};

type Tier = {
  readonly available: bigint;
  readonly asks: readonly Ask[];
  readonly shares: ReadonlyMap<string, bigint>;
};

/**
 * Finds where a tier stops, starting from what the shares claim.
 *
 * Method: whoever is below their request is taken as open; the rate that gives is never above the
 * true one, and cutting at it again only raises it, until the lists repeat. Right shares need two
 * rounds, since only a last unit can have met a request early; wrong ones a few more.
 * Ensures: the lists are checked against the rate before they are given out.
 */
export function settleRate({ available, asks, shares }: Tier): TierRate {
  const wanted = sum(asks, 'requested');
  if (wanted <= available) {
    return { available, capped: asks, open: [], left: available - wanted, weight: 0n };
  }
  let open = asks.filter((ask) => (shares.get(ask.investorId) ?? 0n) < ask.requested);
  for (;;) {
    const left = available - wanted + sum(open, 'requested');
    const weight = sum(open, 'average');
    const above = asks.filter((ask) => ask.requested * weight > left * ask.average);
    if (sameAsks(above, open)) return settled({ available, asks, open, left, weight });
    open = above;
  }
}

/** Checks what makes the lists unique, whichever way they were found. */
function settled(given: Omit<TierRate, 'capped'> & { readonly asks: readonly Ask[] }): TierRate {
  const { available, asks, open, left, weight } = given;
  const isOpen = new Set(open);
  const capped = asks.filter((ask) => !isOpen.has(ask));
  const fits = capped.every((ask) => ask.requested * weight <= left * ask.average);
  assert(fits, 'somebody capped would need a higher rate');
  const wants = open.every((ask) => ask.requested * weight > left * ask.average);
  assert(wants && left + sum(capped, 'requested') === available, 'the open list does not add up');
  return { available, capped, open, left, weight };
}

/**
 * Tells whether the shares of a tier are the right ones, in one pass.
 *
 * Ensures: capped people have their request, open ones floor or floor + 1 of the rate, the sum is
 * what was available, and no lower remainder has a unit that a higher one lacks.
 * Ties: at equal remainders the smaller id by code point stands higher.
 */
export function sharesMeetRate(tier: TierRate, shares: ReadonlyMap<string, bigint>): boolean {
  const { capped, open, left, weight } = tier;
  if (capped.some((ask) => (shares.get(ask.investorId) ?? 0n) !== ask.requested)) return false;
  let [sumOfOpen, lowestWith, highestWithout]: [bigint, Standing?, Standing?] = [0n];
  for (const { investorId, average } of open) {
    const share = shares.get(investorId) ?? 0n;
    const exact = left * average;
    const extra = share - exact / weight;
    if (extra !== 0n && extra !== 1n) return false;
    const standing = { rest: exact % weight, investorId };
    if (extra === 1n && stands(lowestWith, standing)) lowestWith = standing;
    if (extra === 0n && stands(standing, highestWithout)) highestWithout = standing;
    sumOfOpen += share;
  }
  if (open.length > 0 && sumOfOpen !== left) return false;
  return !(lowestWith && highestWithout && stands(highestWithout, lowestWith));
}

type Standing = { readonly rest: bigint; readonly investorId: string };

/** Whether `a` is served a leftover unit before `b`; nobody at all never hinders. */
function stands(a: Standing | undefined, b: Standing | undefined): boolean {
  if (a === undefined || b === undefined) return true;
  if (a.rest !== b.rest) return a.rest > b.rest;
  return compareCodePoints(a.investorId, b.investorId) < 0;
}

function sum(asks: readonly Ask[], field: 'requested' | 'average'): bigint {
  return asks.reduce((total, ask) => total + ask[field], 0n);
}

function sameAsks(a: readonly Ask[], b: readonly Ask[]): boolean {
  return a.length === b.length && a.every((ask, index) => ask === b[index]);
}
