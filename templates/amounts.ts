import { grouped } from '../domain/grouped';
import { exactNumber, formatScaled, parseScaled, toCommonScale } from '../domain/money';

/** Sums by currency as people read them, in one line. */
export function groupedSums(amounts: Readonly<Record<string, string>>): string {
  const said = Object.entries(amounts).map(([currency, amount]) => {
    return `${grouped(amount)} ${currency}`;
  });
  return said.join(', ') || 'none';
}

/** Adds decimal texts exactly. */
export function sumOf(amounts: readonly string[]): string {
  const parsed = amounts.map(parseScaled);
  const scale = amounts.reduce((most, text) => Math.max(most, text.split('.')[1]?.length ?? 0), 0);
  const digits = toCommonScale(parsed, scale).reduce((sum, each) => sum + each, 0n);
  return formatScaled({ digits, scale });
}

/** The first decimal text less the second, exactly. */
export function minus(from: string, taken: string): string {
  const negative = taken.startsWith('-') ? taken.slice(1) : `-${taken}`;
  return sumOf([from, negative]);
}

/** Compares decimal texts by what they are worth: below 0 where the first is less. */
export function compareAmounts(a: string, b: string): number {
  const [left = 0n, right = 0n] = toCommonScale([parseScaled(a), parseScaled(b)]);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** How much of the largest each amount is, from 0 to 1: for drawing, never for paying. */
export function lengthsOf(amounts: readonly string[]): number[] {
  const whole = toCommonScale(amounts.map(parseScaled));
  const largest = whole.reduce((most, each) => (each > most ? each : most), 1n);
  const steps = 10_000;
  return whole.map((each) => (exactNumber((each * BigInt(steps)) / largest) ?? 0) / steps);
}
