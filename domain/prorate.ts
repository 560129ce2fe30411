import { inTiers } from './tiers';

/** One investor's place in a deal. */
export type Ask = {
  readonly investorId: string;
  /** Units: minor units of the deal's currency. */
  readonly requested: bigint;
  /** Their average past investment, 0 for none. Units: one scale for all asks of a deal. */
  readonly average: bigint;
  /** How many steps of `average` make one minor unit; 1 unless said. `prorate` never looks. */
  readonly averagePerMinor?: bigint;
};

/**
 * Divides a deal's `allocation` between investors in proportion to average, capped at each request.
 *
 * Method: raise one rate for all; whoever reaches their request leaves with exactly that, and the
 * rate goes on rising for the rest. Units left at the end go to the largest fractions cut off.
 * Newcomers (average 0) share, equally, only what nobody with a history wants.
 * Order: shares come out in the order of the asks, which changes no share.
 * Ties: the smaller investor id by code point.
 * Units: minor units.
 * Ensures: Σ = min(allocation, Σ requested); nobody above request; only ratios of averages count.
 * Source: the rule `prorate@1`, worked by hand in docs/allocation.md.
 * @throws ASSERTION (bug) when an investor is repeated or an amount is negative.
 */
export function prorate(allocation: bigint, asks: readonly Ask[]): Map<string, bigint> {
  return inTiers({ allocation, asks });
}
