import { gcd } from './gcd';
import { assert } from './assert';
import { judgeShares, type Finding } from './certificate-findings';
import { settleRate, sharesMeetRate, type TierRate } from './certificate-rate';
import type { Ask } from './prorate';
import { asEqual, checkAsks, leftForNewcomers } from './tiers';

/** A rate as a fraction in lowest terms. */
export type Rate = { readonly num: string; readonly den: string };

/** One tier of the certificate. */
export type CertifiedTier = {
  readonly tier: 'history' | 'no-history';
  /** What this tier had to divide. Units: minor units. */
  readonly availableMinor: string;
  /**
   * The one rate of everybody open; null where everybody has their request.
   *
   * Units: with history, share per average in the same unit; without, minor units a person.
   */
  readonly rate: Rate | null;
};

/** Whether shares are the right ones, with what anybody needs to check that; safe for JSON. */
export type Certificate = {
  readonly holds: boolean;
  /** The rate at which the deal stopped, of the first tier with somebody open; null if none. */
  readonly rate: Rate | null;
  /** Who is met in full at that rate, in the order of the asks. */
  readonly capped: readonly string[];
  /** Who stays open at that rate: floor of rate · average, or one unit more. */
  readonly open: readonly string[];
  readonly tiers: readonly CertifiedTier[];
  /** Why it does not hold, empty when it does. */
  readonly findings: readonly Finding[];
};

/** What a certificate is made from: a deal and the shares somebody gave. Units: minor units. */
export type Certifiable = {
  readonly allocation: bigint;
  readonly asks: readonly Ask[];
  /** Somebody absent here has a share of 0. */
  readonly shares: ReadonlyMap<string, bigint>;
};

/**
 * Certifies that shares are those of `prorate@1`, or says why not, without running `prorate`.
 *
 * Method: the people below their request give a rate; from there the lists `capped` and `open` are
 * settled and then checked for what makes them unique: every capped r·W ≤ R·a, every open
 * r·W > R·a, W the open weight and R the money left for the open. Each share is held against that.
 * Ensures: O(n) for shares that are right; `holds` exactly when every share is that of `prorate@1`.
 * Source: docs/allocation.md, "The certificate".
 * @throws ASSERTION (bug) when an investor is repeated, an amount is negative, or a share belongs
 * to nobody in `asks`.
 */
export function certify({ allocation, asks, shares }: Certifiable): Certificate {
  checkAsks(allocation, asks);
  checkShares(asks, shares);
  const veterans = asks.filter((ask) => ask.average > 0n);
  const newcomers = asks.filter((ask) => ask.average === 0n).map(asEqual);
  const left = leftForNewcomers(allocation, veterans);
  const tiers = [
    { ...settleRate({ available: allocation, asks: veterans, shares }), history: true },
    { ...settleRate({ available: left, asks: newcomers, shares }), history: false },
  ];
  const findings = tiers.every((tier) => sharesMeetRate(tier, shares))
    ? []
    : judgeShares({ allocation, tiers, shares });
  const certified = tiers.filter((tier) => tier.history || newcomers.length > 0).map(describe);
  const open = new Set(tiers.flatMap((tier) => tier.open.map((ask) => ask.investorId)));
  const everybody = asks.map((ask) => ask.investorId);
  return {
    holds: findings.length === 0,
    rate: certified.find((tier) => tier.rate !== null)?.rate ?? null,
    capped: everybody.filter((investorId) => !open.has(investorId)),
    open: everybody.filter((investorId) => open.has(investorId)),
    tiers: certified,
    findings,
  };
}

function describe(tier: TierRate & { readonly history: boolean }): CertifiedTier {
  const { available, open, left, weight, history } = tier;
  const perMinor = history ? (open[0]?.averagePerMinor ?? 1n) : 1n;
  return {
    tier: history ? 'history' : 'no-history',
    availableMinor: String(available),
    rate: open.length === 0 ? null : fraction(left * perMinor, weight),
  };
}

function fraction(num: bigint, den: bigint): Rate {
  const common = gcd(num, den);
  return { num: String(num / common), den: String(den / common) };
}

function checkShares(asks: readonly Ask[], shares: ReadonlyMap<string, bigint>): void {
  const investors = new Set(asks.map((ask) => ask.investorId));
  for (const [investorId, share] of shares) {
    assert(investors.has(investorId), () => `a share belongs to ${investorId}, who does not ask`);
    assert(share >= 0n, () => `investor ${investorId} has a share of ${share}, which is negative`);
  }
}
