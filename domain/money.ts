import { Decimal } from 'decimal.js';
import { AmountError } from './amount-error';
import { assert } from './assert';
import { currencyExponent } from './currencies';

/** Exact decimals for rates and interest: 50 digits, halves to even, set nowhere else. */
export const Exact = Decimal.clone({
  precision: 50,
  rounding: Decimal.ROUND_HALF_EVEN,
  defaults: true,
});

/** The largest amount we take. Units: minor units of its currency. */
export const AMOUNT_MINOR_MAX = 10n ** 15n;

/** A decimal number without rounding: `digits` / 10^`scale`, with no trailing zero it can spare. */
export type Scaled = { readonly digits: bigint; readonly scale: number };

const textLengthMax = 100;
const integerDigitsMax = 20;
const decimalsMax = 20;
const decimalText = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/**
 * Reads a decimal text, in the grammar of JSON numbers, exactly.
 *
 * Ensures: an exponent is bounded before anything is expanded, so `1e999999999` costs nothing.
 * @throws INPUT_INVALID (rejected) when the text is no decimal number, is longer than 100
 * characters, or needs more than 20 digits before or 20 after the point.
 */
export function parseScaled(text: string): Scaled {
  if (text.length > textLengthMax) {
    throw new AmountError(`expected at most ${textLengthMax} characters, found ${text.length}`);
  }
  const match = decimalText.exec(text);
  if (match === null) {
    throw new AmountError(`expected a decimal number such as 12.34, found ${quoted(text)}`);
  }
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return { digits: 0n, scale: 0 };
  // The value is 0.SIGNIFICANT · 10^point; the exponent may still be absurd here.
  const point = digits.length - fraction.length + Number(exponent);
  const scale = significant.length - point;
  if (point > integerDigitsMax) {
    throw new AmountError(`expected at most ${integerDigitsMax} digits before the point`);
  }
  if (scale > decimalsMax) throw new AmountError(`expected at most ${decimalsMax} decimals`);
  const spread = scale < 0 ? 10n ** BigInt(-scale) : 1n;
  return { digits: BigInt(`${sign}${significant}`) * spread, scale: Math.max(scale, 0) };
}

/**
 * Reads an amount of money into whole minor units, exactly.
 *
 * Units: minor units. Trailing zeros beyond the currency's decimals say nothing and are taken.
 * @throws INPUT_INVALID (rejected) when the text is no decimal number, has more decimals than the
 * currency, is negative without `negative: true`, or lies beyond 10^15 minor units.
 */
export function parseMinor(
  ...[text, currency, options]: [
    text: string,
    currency: string,
    options?: { readonly negative: true } | undefined,
  ]
): bigint {
  const exponent = currencyExponent(currency);
  const { digits, scale } = parseScaled(text);
  if (scale > exponent) {
    const expected = `expected at most ${exponent} decimals (${currency})`;
    throw new AmountError(`${expected}, found ${quoted(text)}`);
  }
  if (digits < 0n && options?.negative !== true) {
    throw new AmountError(`expected an amount of 0 or more, found ${quoted(text)}`);
  }
  const minor = digits * 10n ** BigInt(exponent - scale);
  if (minor > AMOUNT_MINOR_MAX || minor < -AMOUNT_MINOR_MAX) throw tooLarge(text, currency);
  return minor;
}

/** Writes minor units as a decimal text with the currency's decimals: 123n in USD is `1.23`. */
export function formatMinor(minor: bigint, currency: string): string {
  return formatScaled({ digits: minor, scale: currencyExponent(currency) });
}

/** Writes `digits` / 10^`scale` with exactly `scale` decimals. */
export function formatScaled({ digits, scale }: Scaled): string {
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
  const sign = digits < 0n ? '-' : '';
  if (scale === 0) return `${sign}${text}`;
  return `${sign}${text.slice(0, -scale)}.${text.slice(-scale)}`;
}

/**
 * Puts decimals on one scale, so that whole numbers compare as the decimals do.
 *
 * Units: 10^-scale of what the texts count, scale being the longest met, at least `scaleMin`.
 */
export function toCommonScale(values: readonly Scaled[], scaleMin = 0): bigint[] {
  const scale = values.reduce((most, value) => Math.max(most, value.scale), scaleMin);
  return values.map((value) => value.digits * 10n ** BigInt(scale - value.scale));
}

/**
 * Divides whole numbers, rounding halves to the even neighbour.
 *
 * @throws ASSERTION (bug) when `num` is negative or `den` is not positive.
 */
export function divideHalfEven(num: bigint, den: bigint): bigint {
  assert(num >= 0n && den > 0n, `cannot round ${num}/${den}`);
  const [floor, twice] = [num / den, (num % den) * 2n];
  const up = twice > den || (twice === den && floor % 2n === 1n);
  return up ? floor + 1n : floor;
}

/** A whole amount as an exact float, for columns; `undefined` from 2^53 on. */
export function exactNumber(amount: bigint): number | undefined {
  const float = Number(amount);
  return Number.isSafeInteger(float) ? float : undefined;
}

/** The refusal of an amount beyond `AMOUNT_MINOR_MAX`, the same wherever it is met. */
export function tooLarge(text: string, currency: string): AmountError {
  const most = formatMinor(AMOUNT_MINOR_MAX, currency);
  return new AmountError(`expected at most ${most} ${currency}, found ${quoted(text)}`);
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
