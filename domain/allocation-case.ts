import { AmountError } from './amount-error';
import { parseAverage, scaleAsks } from './asks';
import { currencyExponent } from './currencies';
import { parseMinor } from './money';
import type { Ask } from './prorate';

/** A deal ready for the rules. */
export type AllocationCase = {
  readonly currency: string;
  /** Units: minor units. */
  readonly allocation: bigint;
  readonly asks: readonly Ask[];
};

/** A deal as people write it: amounts in decimal text. */
export type CaseText = {
  readonly currency: string;
  readonly allocation_amount: string;
  readonly investor_amounts: readonly {
    readonly name: string;
    readonly requested_amount: string;
    readonly average_amount: string;
  }[];
};

/** The refusal of an input, naming the field at fault. */
export class CaseError extends Error {
  readonly code = 'INPUT_INVALID';
  readonly kind = 'rejected';
  /** Where it stands, `investor_amounts[2].name`; empty for the whole input. */
  readonly path: string;

  constructor(path: string, reason: string) {
    super(path === '' ? reason : `${path}: ${reason}`);
    this.name = 'CaseError';
    this.path = path;
  }
}

/**
 * Reads the amounts of a case exactly, averages on one scale.
 *
 * Order: asks as the investors stand.
 * @throws INPUT_INVALID (rejected) when the currency is unknown, an amount is no decimal number,
 * negative, too precise for the currency or beyond 10^15 minor units, or a name is empty or met
 * before; `path` names the field.
 */
export function toAllocationCase(written: CaseText): AllocationCase {
  const { currency, allocation_amount, investor_amounts } = written;
  readField('currency', () => currencyExponent(currency));
  const allocation = readField('allocation_amount', () => parseMinor(allocation_amount, currency));
  const firstRows = new Map<string, number>();
  const rows = investor_amounts.map(({ name, requested_amount, average_amount }, index) => {
    const path = `investor_amounts[${index}]`;
    if (name.trim() === '') throw new CaseError(`${path}.name`, 'expected a name, found none');
    const first = firstRows.get(name);
    if (first !== undefined) {
      const found = `${JSON.stringify(name)} again, after investor_amounts[${first}]`;
      throw new CaseError(`${path}.name`, `expected each name once, found ${found}`);
    }
    firstRows.set(name, index);
    const requested = readField(`${path}.requested_amount`, () =>
      parseMinor(requested_amount, currency),
    );
    const average = readField(`${path}.average_amount`, () =>
      parseAverage(average_amount, currency),
    );
    return { investorId: name, requested, average };
  });
  return { currency, allocation, asks: scaleAsks(currency, rows) };
}

/**
 * Runs a reading of one field, so that its refusal names the field.
 *
 * @throws INPUT_INVALID (rejected) when the reading refuses.
 */
export function readField<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof AmountError) throw new CaseError(path, error.message);
    throw error;
  }
}
