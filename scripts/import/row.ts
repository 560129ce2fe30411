import type { ImportFile } from '../../contracts/import-row';
import { AmountError } from '../../domain/amount-error';
import { parseAverage } from '../../domain/asks';
import { parseCivil } from '../../domain/calendar';
import { currencyExponent } from '../../domain/currencies';
import { parseMinor, parseScaled } from '../../domain/money';
import type { Faults } from './faults';

const broken = /[\p{Cc}\p{Cs}]/u;
const surrounded = /^\s|\s$/u;
const mailbox = /^[^\s@"(),:;<>[\]\\]+@[^\s@.]+(\.[^\s@.]+)+$/u;
const shownMax = 40;

/**
 * One row of a file, read field by field. Whatever does not fit is a fault of its column, and the
 * field reads as something harmless, so that all faults of a row are found at once.
 */
export class Row {
  readonly line: number;
  readonly #of: {
    file: ImportFile;
    columns: ReadonlyMap<string, number>;
    values: readonly string[];
    faults: Faults;
  };
  /** Columns at fault; the first fault of each is the one that helps. */
  readonly #broken = new Set<string>();

  constructor({
    line,
    ...of
  }: {
    file: ImportFile;
    line: number;
    columns: ReadonlyMap<string, number>;
    values: readonly string[];
    faults: Faults;
  }) {
    this.line = line;
    this.#of = of;
  }

  /** Whether every field read so far fits. */
  get sound(): boolean {
    return this.#broken.size === 0;
  }

  fault(column: string, reason: string): void {
    if (this.#broken.has(column)) return;
    this.#broken.add(column);
    this.#of.faults.add({ file: this.#of.file, line: this.line, column, reason });
  }

  /** Text on one line, empty when the column is; too long or broken text is a fault. */
  text(column: string, lengthMax: number): string {
    const index = this.#of.columns.get(column);
    const value = index === undefined ? '' : (this.#of.values[index] ?? '');
    if (value.length > lengthMax) {
      this.fault(column, `expected at most ${lengthMax} characters, found ${value.length}`);
    } else if (broken.test(value)) {
      this.fault(column, 'expected text without line breaks, control or broken characters');
    } else return value;
    return '';
  }

  /** Text that must be there. */
  named(column: string, lengthMax: number): string {
    const value = this.text(column, lengthMax);
    if (value.trim() === '') this.fault(column, 'expected a text, found none');
    return value;
  }

  /** An id of the platform: 1 to 200 characters, no space around it that nobody sees. */
  id(column: string): string {
    const value = this.named(column, 200);
    if (surrounded.test(value)) {
      this.fault(column, `expected no space around it, found ${quoted(value)}`);
    }
    return value;
  }

  /** One of a few values; with `orEmpty`, empty as well. */
  oneOf(column: string, { values, orEmpty = false }: OneOf): string {
    const value = this.text(column, 200);
    if (values.includes(value) || (orEmpty && value === '')) return value;
    this.fault(
      column,
      `expected ${values.join(', ')}${orNothing(orEmpty)}, found ${quoted(value)}`,
    );
    return '';
  }

  /** A date of the calendar such as 2026-07-15. */
  date(column: string, { orEmpty = false }: { orEmpty?: boolean } = {}): string {
    const value = this.text(column, 200);
    if ((orEmpty && value === '') || parseCivil(value) !== undefined) return value;
    const expected = `expected a date such as 2026-07-15${orNothing(orEmpty)}`;
    this.fault(column, `${expected}, found ${quoted(value)}`);
    return '';
  }

  currency(column: string): string {
    const value = this.text(column, 200);
    return this.#amount(column, () => (currencyExponent(value), value)) ?? '';
  }

  /** Money, 0 or more. Units: minor units. */
  money(column: string, currency: string): bigint {
    const value = this.text(column, 200);
    return this.#amount(column, () => parseMinor(value, currency)) ?? 0n;
  }

  /** A recorded average: decimal text of any precision we take; empty is no history. */
  average(column: string, currency: string): string {
    const value = this.text(column, 200);
    return this.#amount(column, () => (parseAverage(value, currency), value)) ?? '';
  }

  /** A decimal of 0 or more that is no money, or nothing. */
  decimal(column: string): string {
    const value = this.text(column, 200);
    if (value === '') return value;
    const read = this.#amount(column, () => parseScaled(value));
    if (read !== undefined && read.digits < 0n) {
      this.fault(column, `expected 0 or more, found ${quoted(value)}`);
    }
    return value;
  }

  /** A count of 0 or more, or nothing. */
  count(column: string): string {
    const value = this.text(column, 200);
    if (value === '' || /^(0|[1-9]\d{0,6})$/.test(value)) return value;
    this.fault(column, `expected a count such as 12, or nothing, found ${quoted(value)}`);
    return '';
  }

  email(column: string, { orEmpty = false }: { orEmpty?: boolean } = {}): string {
    const value = this.text(column, 254);
    if ((orEmpty && value === '') || mailbox.test(value)) return value;
    const expected = `expected an e-mail address${orNothing(orEmpty)}`;
    this.fault(column, `${expected}, found ${quoted(value)}`);
    return '';
  }

  #amount<T>(column: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof AmountError)) throw error;
      this.fault(column, error.message);
      return undefined;
    }
  }
}

type OneOf = { values: readonly string[]; orEmpty?: boolean };

const orNothing = (orEmpty: boolean): string => (orEmpty ? ' or nothing' : '');

function quoted(text: string): string {
  return JSON.stringify(text.length > shownMax ? `${text.slice(0, shownMax)}…` : text);
}
