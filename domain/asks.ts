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
  const exponent = currencyExponent(currency);
  const scale = scaled.reduce((most, value) => Math.max(most, value.scale), exponent);
  const averages = toCommonScale(scaled, scale);
  const averagePerMinor = 10n ** BigInt(scale - exponent);
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
