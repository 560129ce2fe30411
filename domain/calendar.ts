import { AmountError } from './amount-error';

const isoDate = /^(\d{4})-(\d{2})-(\d{2})$/;

/** A calendar date taken apart. */
export type CivilDate = { readonly year: bigint; readonly month: bigint; readonly day: bigint };

/**
 * Reads a date such as `2026-07-15` that exists in the calendar, else tells nothing.
 *
 * Ensures: no time zone and no clock takes part; years 0001 to 9999.
 */
export function parseCivil(text: string): CivilDate | undefined {
  const match = isoDate.exec(text);
  if (match === null) return undefined;
  const [, year = '', month = '', day = ''] = match;
  const date = { year: BigInt(year), month: BigInt(month), day: BigInt(day) };
  if (date.year === 0n || date.month === 0n || date.month > 12n) return undefined;
  return date.day > 0n && date.day <= daysInMonth(date) ? date : undefined;
}

function daysInMonth({ year, month }: CivilDate): bigint {
  if (month === 2n) return isLeapYear(year) ? 29n : 28n;
  return month === 4n || month === 6n || month === 9n || month === 11n ? 30n : 31n;
}

/**
 * Numbers the days, 1970-01-01 being 0, so that differences count days.
 *
 * @throws INPUT_INVALID (rejected) when the text is no date of the calendar.
 */
export function dayNumber(text: string): bigint {
  return dayOf(civilDate(text));
}

/**
 * Reads a date that has to be one.
 *
 * @throws INPUT_INVALID (rejected) when the text is no date of the calendar.
 */
export function civilDate(text: string): CivilDate {
  const date = parseCivil(text);
  if (date !== undefined) return date;
  const found = JSON.stringify(text.slice(0, 40));
  throw new AmountError(`expected a date such as 2026-07-15, found ${found}`);
}

/** The date so many days later; negative goes back. */
export function addDays(text: string, days: number): string {
  return isoOf(dayNumber(text) + BigInt(days));
}

/**
 * The same day so many months later, or the last of that month where it has no such day.
 *
 * @throws INPUT_INVALID (rejected) when the text is no date of the calendar.
 */
export function addMonths(text: string, months: number): string {
  const { year, month, day } = civilDate(text);
  const count = year * 12n + (month - 1n) + BigInt(months);
  const target = { year: count / 12n, month: (count % 12n) + 1n, day: 1n };
  const last = daysInMonth(target);
  return isoOf(dayOf({ ...target, day: day < last ? day : last }));
}

/** The day of the week, from 1 for Monday to 7 for Sunday. */
export function weekdayOf(text: string): bigint {
  // 1970-01-01, day 0, was a Thursday; the remainder of a negative number is negative.
  return ((((dayNumber(text) + 3n) % 7n) + 7n) % 7n) + 1n;
}

/** Whether 29 February exists in a year. */
export function isLeapYear(year: bigint): boolean {
  return (year % 4n === 0n && year % 100n !== 0n) || year % 400n === 0n;
}

// Both directions count from 0000-03-01, so that the leap day is the last of its year.
// Source: H. Hinnant, chrono-Compatible Low-Level Date Algorithms (days_from_civil).
function dayOf({ year, month, day }: CivilDate): bigint {
  const marchYear = month <= 2n ? year - 1n : year;
  const era = marchYear / 400n;
  const yearOfEra = marchYear - era * 400n;
  const dayOfYear = (153n * (month > 2n ? month - 3n : month + 9n) + 2n) / 5n + day - 1n;
  return era * 146_097n + daysBefore(yearOfEra) + dayOfYear - 719_468n;
}

function isoOf(dayCount: bigint): string {
  const fromMarch = dayCount + 719_468n;
  const era = fromMarch / 146_097n;
  const dayOfEra = fromMarch - era * 146_097n;
  const leapDays = dayOfEra / 1_460n - dayOfEra / 36_524n + dayOfEra / 146_096n;
  const yearOfEra = (dayOfEra - leapDays) / 365n;
  const dayOfYear = dayOfEra - daysBefore(yearOfEra);
  const monthFromMarch = (5n * dayOfYear + 2n) / 153n;
  const day = dayOfYear - (153n * monthFromMarch + 2n) / 5n + 1n;
  const month = monthFromMarch < 10n ? monthFromMarch + 3n : monthFromMarch - 9n;
  const year = yearOfEra + era * 400n + (month <= 2n ? 1n : 0n);
  const pad = (part: bigint, length: number) => part.toString().padStart(length, '0');
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

function daysBefore(yearOfEra: bigint): bigint {
  return yearOfEra * 365n + yearOfEra / 4n - yearOfEra / 100n;
}
