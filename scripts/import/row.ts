import { keyColumns, type ImportFile } from '../../contracts/import-row';
import { AmountError } from '../../domain/amount-error';
import { parseAverage } from '../../domain/asks';
import { parseCivil } from '../../domain/calendar';
import { currencyExponent } from '../../domain/currencies';
import { parseMinor, parseScaled } from '../../domain/money';
import type { Faults } from './faults';
import { isPlainAverage, plainMinor } from './plain-amount';
import type { TableSource, TextRecord } from './records';

const broken = /[\p{Cc}\p{Cs}]/u;
const surrounded = /^\s|\s$/u;
const mailbox = /^[^\s@"(),:;<>[\]\\]+@[^\s@.]+(\.[^\s@.]+)+$/u;
const shownMax = 40;

/** What most fields are; only the others are looked at closely. */
const plain = /^[ -~]*$/;
const plainId = /^[!-~](?:[ -~]{0,198}[!-~])?$/;

type RowsOf = {
  readonly file: ImportFile;
  readonly columns: ReadonlyMap<string, number>;
  readonly source: TableSource;
  readonly faults: Faults;
};

/**
 * The row of a table that is being read, field by field. Whatever does not fit is a fault of its
 * column, and the field reads as something harmless, so that all faults of a row are found at once.
 * One object serves all rows in turn: there may be millions.
 */
export class Row {
  #record: TextRecord = { line: 0, values: [] };
  readonly #of: RowsOf;
  /** Columns at fault; the first fault of each is the one that helps. */
  readonly #broken = new Set<string>();

  constructor(of: RowsOf) {
    this.#of = of;
  }

  /** Goes to the next row; false when it has not as many fields as there are columns. */
  isWhole(record: TextRecord): boolean {
    this.#record = record;
    if (this.#broken.size > 0) this.#broken.clear();
    const [expected, found] = [this.#of.columns.size, record.values.length];
    if (found !== expected) this.fault('', `expected ${expected} fields, found ${found}`);
    return found === expected;
  }

  get line(): number {
    return this.#record.line;
  }

  /** Whether every field read so far fits. */
  get sound(): boolean {
    return this.#broken.size === 0;
  }

  fault(column: string, reason: string): void {
    if (this.#broken.has(column)) return;
    this.#broken.add(column);
    const { source, file, faults } = this.#of;
    const place = { file: source.nameOf(file), line: this.line, column, reason };
    faults.add(source.place === 'line' ? place : { ...place, key: this.#key() });
  }

  /** Text on one line, empty when the column is; too long or broken text is a fault. */
  text(column: string, lengthMax: number): string {
    const value = this.#raw(column);
    if (value.length <= lengthMax && plain.test(value)) return value;
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
    const found = this.#raw(column);
    if (plainId.test(found)) return found;
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

  /** Money, 0 or more. Units: minor units, as text. */
  money(column: string, currency: string): string {
    const plainly = plainMinor(this.#raw(column), currencyExponent(currency));
    if (plainly !== undefined) return plainly;
    const value = this.text(column, 200);
    return String(this.#amount(column, () => parseMinor(value, currency)) ?? 0n);
  }

  /** A recorded average: decimal text of any precision we take; empty is no history. */
  average(column: string, currency: string): string {
    const found = this.#raw(column);
    if (isPlainAverage(found)) return found;
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

  /** A count of 0 or more, or nothing; a numeric column writes decimals that say nothing. */
  count(column: string): string {
    const value = this.text(column, 200).replace(/\.0+$/, '');
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

  #raw(column: string): string {
    const index = this.#of.columns.get(column);
    return index === undefined ? '' : (this.#record.values[index] ?? '');
  }

  #key(): string {
    const said = keyColumns[this.#of.file].map((column) => {
      return `${column} ${quoted(this.#raw(column))}`;
    });
    return said.join(', ');
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
