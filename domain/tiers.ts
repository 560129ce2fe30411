import { assert } from './assert';
import { fill } from './fill';
import type { Ask } from './prorate';
import { largestRemainder, type FractionalShares } from './split';

/** Divides what is available between people who all have a weight, before rounding. */
export type Fill = (available: bigint, asks: readonly Ask[]) => FractionalShares;

/** Brings exact shares to whole units. */
export type Rounding = (shares: FractionalShares) => Map<string, bigint>;

/**
 * The frame every rule shares: people with a history first, then people without one.
 *
 * Method: newcomers (average 0) share by weight 1 what nobody with a history wants; policy
 * `zeroHistory: shareLeftEqually`. `veterans` and `round` default to those of `prorate@1`.
 * Order: shares come out in the order of the asks.
 * @throws ASSERTION (bug) when an investor is repeated or an amount is negative.
 */
export function inTiers(given: {
  allocation: bigint;
  asks: readonly Ask[];
  veterans?: Fill;
  round?: Rounding;
}): Map<string, bigint> {
  const { allocation, asks, veterans: fillVeterans = fill, round = largestRemainder } = given;
  checkAsks(allocation, asks);
  const veterans = asks.filter((ask) => ask.average > 0n);
  const newcomers = asks.filter((ask) => ask.average === 0n);
  const first = round(fillVeterans(allocation, veterans));
  const second = round(fill(leftForNewcomers(allocation, veterans), newcomers.map(asEqual)));
  return new Map(
    asks.map(({ investorId }) => {
      return [investorId, first.get(investorId) ?? second.get(investorId) ?? 0n];
    }),
  );
}

/** What nobody with a history wants. Units: minor units. */
export function leftForNewcomers(allocation: bigint, veterans: readonly Ask[]): bigint {
  const left = allocation - veterans.reduce((sum, ask) => sum + ask.requested, 0n);
  return left > 0n ? left : 0n;
}

/** An ask without history as the second tier sees it: everybody weighs 1. */
export function asEqual(ask: Ask): Ask {
  return { ...ask, average: 1n };
}

/**
 * Promises that a deal can be divided at all.
 *
 * @throws ASSERTION (bug) when an investor is repeated or an amount is negative.
 */
export function checkAsks(allocation: bigint, asks: readonly Ask[]): void {
  assert(allocation >= 0n, `an allocation of ${allocation} is negative`);
  const investors = new Set<string>();
  for (const { investorId, requested, average } of asks) {
    assert(!investors.has(investorId), () => `investor ${investorId} asks twice`);
    assert(
      requested >= 0n,
      () => `investor ${investorId} requests ${requested}, which is negative`,
    );
    assert(average >= 0n, () => `investor ${investorId} has an average of ${average}, below zero`);
    investors.add(investorId);
  }
}
