import { AmountError } from './amount-error';
import { currencyExponent } from './currencies';
import { AMOUNT_MINOR_MAX, parseScaled, tooLarge, toCommonScale, type Scaled } from './money';
import type { Ask } from './prorate';

/** An ask as people and tables write it: the average as decimal text in major units. */
export type AskRow = {
  readonly investorId: string;
  readonly requested: bigint;
  /** Empty or zero says: no history. */
  readonly average: string;
};

/**
 * Brings the rows of one deal to the form the rules take, averages unrounded on one scale.
 *
 * Order: as the rows stand, which rules that go by position look at.
 * @throws INPUT_INVALID (rejected) when an average is no amount; the message names the investor.
 */
export function toAsks(currency: string, rows: readonly AskRow[]): Ask[] {
  const scaled = rows.map(({ investorId, average }) => {
    try {
      return parseAverage(average, currency);
    } catch (error) {
      if (!(error instanceof AmountError)) throw error;
      throw new AmountError(`average of investor ${JSON.stringify(investorId)}: ${error.message}`);
    }
  });
  return scaleAsks(
    currency,
    rows.map((row, index) => ({ ...row, average: scaled[index] ?? { digits: 0n, scale: 0 } })),
  );
}

/** Puts the averages of one deal on one scale, fine enough for the longest and for minor units. */
export function scaleAsks(
  currency: string,
  rows: readonly (Omit<AskRow, 'average'> & { readonly average: Scaled })[],
): Ask[] {
  const exponent = currencyExponent(currency);
  const scale = rows.reduce((most, row) => Math.max(most, row.average.scale), exponent);
  const averagePerMinor = 10n ** BigInt(scale - exponent);
  const averages = toCommonScale(
    rows.map((row) => row.average),
    scale,
  );
  return rows.map(({ investorId, requested }, index) => {
    return { investorId, requested, average: averages[index] ?? 0n, averagePerMinor };
  });
}

/**
 * Reads an average: decimal text in major units with as many decimals as it needs.
 *
 * @throws INPUT_INVALID (rejected) when it is no decimal number, negative, or beyond 10^15 minor
 * units.
 */
export function parseAverage(text: string, currency: string): Scaled {
  const average = parseScaled(text === '' ? '0' : text);
  if (average.digits < 0n) {
    throw new AmountError(`expected an amount of 0 or more, found ${JSON.stringify(text)}`);
  }
  const most = AMOUNT_MINOR_MAX * 10n ** BigInt(average.scale);
  if (average.digits * 10n ** BigInt(currencyExponent(currency)) > most) {
    throw tooLarge(text, currency);
  }
  return average;
}

/** Whether two averages mean the same number, however many zeros they are written with. */
export function sameAverage(a: string, b: string): boolean {
  const [ours, theirs] = [parseScaled(a === '' ? '0' : a), parseScaled(b === '' ? '0' : b)];
  return ours.digits === theirs.digits && ours.scale === theirs.scale;
}
