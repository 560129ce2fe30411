import { AmountError } from './amount-error';
import { parseMinor } from './money';

/** A deal as far as its caps need it. Units: minor units of its currency. */
export type CappedDeal = {
  readonly currency: string;
  /** The most that one investor holds of it. */
  readonly largestMinor: bigint;
  /** Shares above what was asked for. */
  readonly overRequests: number;
  readonly facts: Readonly<Record<string, string | undefined>>;
};

/** Source: 17 CFR 230.506(b)(2)(i): no more than 35 purchasers who are not accredited. */
export const nonAccreditedMax = 35n;

/**
 * How many caps a deal breaks: each share above its request, the most holders a vehicle may have,
 * the most holders who are not accredited, the most that one investor may hold.
 *
 * Ensures: a cap of which nothing readable is on file counts as kept; it is asked for elsewhere.
 */
export function capsBroken({ currency, largestMinor, overRequests, facts }: CappedDeal): number {
  const [holders, cap] = [countOf(facts['holders']), countOf(facts['holders_cap'])];
  const others = countOf(facts['non_accredited']);
  const most = minorOf(facts['max_per_investor'], currency);
  const broken = [
    holders !== undefined && cap !== undefined && holders > cap,
    others !== undefined && others > nonAccreditedMax,
    most !== undefined && largestMinor > most,
  ];
  return overRequests + broken.filter(Boolean).length;
}

const countOf = (text: string | undefined): bigint | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? BigInt(text) : undefined;

function minorOf(text: string | undefined, currency: string): bigint | undefined {
  if (text === undefined) return undefined;
  try {
    return parseMinor(text, currency);
  } catch (error) {
    if (error instanceof AmountError) return undefined;
    throw error;
  }
}
