import { dayNumber } from './calendar';
import { simpleInterest } from './interest';
import {
  divideHalfEven,
  formatMinor,
  formatScaled,
  parseScaled,
  toCommonScale,
  type Scaled,
} from './money';
import type { DealCase, Holder } from './remedy';

/** The deal's mark, or `unknown`. */
export function markOf(deal: DealCase): Scaled | 'unknown' {
  return deal.facts.mark.value;
}

/** Writes a mark as people do, with two decimals at least: `3.00`. */
export function markText(mark: Scaled): string {
  const scale = mark.scale < 2 ? 2 : mark.scale;
  return formatScaled({ digits: mark.digits * 10n ** BigInt(scale - mark.scale), scale });
}

/**
 * What holding the wrong number of units has cost a holder at a mark: gain missed or loss suffered.
 *
 * Method: under: max(0, m − 1) · shortfall; over: max(0, 1 − m) · excess.
 * Ties: rounded once, half a unit to the even neighbour.
 * Units: minor units.
 * Source: docs/remedies.md: mark 3.00 and a shortfall of 3,540.64 are 7,081.28.
 */
export function lossAtMark(delta: bigint, mark: Scaled): bigint {
  const one = 10n ** BigInt(mark.scale);
  const rise = mark.digits - one;
  // Too few units and a rise, or too many and a fall: opposite signs are a loss, equal ones a gain.
  const lost = -delta * rise;
  return lost <= 0n ? 0n : divideHalfEven(lost, one);
}

/** Whether a mark lies so near to 1 that units can still move at cost. */
export function nearCost(mark: Scaled, tolerance: string): boolean {
  const scaled = [mark, { digits: 1n, scale: 0 }, parseScaled(tolerance)];
  const [value = 0n, one = 0n, within = 0n] = toCommonScale(scaled);
  const off = value > one ? value - one : one - value;
  return off <= within;
}

/**
 * What compensation in cash costs the firm, were the mark another: both sides made whole.
 *
 * Source: D · |m − 1| with D = 29,761.90: m = 3 → 59,523.80; m = 0.2 → 23,809.52; m = 1 → 0.
 */
export function exposureAt(deltas: readonly bigint[], mark: Scaled): bigint {
  return deltas.reduce((sum, delta) => sum + lossAtMark(delta, mark), 0n);
}

/** How `lossAtMark` came about, in one sentence. */
export function lossText(given: { holder: Holder; mark: Scaled; currency: string }): string {
  const { holder, currency } = given;
  const mark = markText(given.mark);
  const units = formatMinor(holder.delta < 0n ? -holder.delta : holder.delta, currency);
  const amount = formatMinor(lossAtMark(holder.delta, given.mark), currency);
  return holder.delta < 0n
    ? `gain missed: (mark ${mark} - 1) x shortfall ${units} = ${amount}`
    : `loss suffered: (1 - mark ${mark}) x excess ${units} = ${amount}`;
}

/** Interest on a principal under the deal's rules, with how it came about. */
export function interestFor(
  deal: DealCase,
  given: { principal: bigint; from: string },
): { amount: bigint; computed: string } {
  const terms = deal.rules.interest;
  const period = { from: given.from, to: deal.payOn };
  const amount = simpleInterest(given.principal, { ...period, ...terms });
  const days = dayNumber(period.to) - dayNumber(period.from);
  const principal = formatMinor(given.principal, deal.currency);
  const interest = formatMinor(amount, deal.currency);
  const rate = `${terms.ratePercent} % simple, ${terms.dayCount}`;
  const span = `${period.from} to ${period.to}, ${days} days`;
  return { amount, computed: `${principal} at ${rate}, ${span} = ${interest}` };
}
