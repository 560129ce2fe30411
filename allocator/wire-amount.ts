import { AmountError } from '../domain/amount-error';
import { toAsks } from '../domain/asks';
import { parseMinor } from '../domain/money';
import type { Ask } from '../domain/prorate';
import { rejected } from './service-error';

/** An amount of a request, its currency, and where it stands. */
export type WireAmount = {
  readonly amount: string;
  readonly currency: string;
  readonly path: string;
};

/**
 * Reads an amount of a request.
 *
 * Units: whole minor units.
 * @throws INPUT_INVALID (rejected) with the path, when it is no amount of this currency.
 */
export function minorAt({ amount, currency, path }: WireAmount): bigint {
  return at(path, () => parseMinor(amount, currency));
}

/** One row of who asks for how much, with a history. */
export type WireAsk = {
  readonly investorId: string;
  readonly requested: string;
  readonly average: string;
};

/** Rows of a request in the form the rules take. @throws INPUT_INVALID (rejected) with the path. */
export function asksAt(
  { currency, path }: { readonly currency: string; readonly path: string },
  rows: readonly WireAsk[],
): Ask[] {
  const counted = rows.map(({ investorId, requested, average }, index) => {
    const where = `${path}[${String(index)}].requested`;
    return {
      investorId,
      average,
      requested: minorAt({ amount: requested, currency, path: where }),
    };
  });
  return at(path, () => toAsks(currency, counted));
}

/** Runs `read`, naming the place of what it cannot read. */
function at<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof AmountError) throw rejected(path, error.message);
    throw error;
  }
}
