import { addDays, weekdayOf } from './calendar';

/** A calendar of business days: which holidays there are, and for which days that is known. */
export type BusinessCalendar = {
  readonly from: string;
  readonly until: string;
  readonly holidays: ReadonlySet<string>;
};

/** Whether business is done on a date: no Saturday, no Sunday, no holiday. */
export function isBusinessDay({ holidays }: BusinessCalendar, date: string): boolean {
  return weekdayOf(date) <= 5n && !holidays.has(date);
}

/** The date itself where business is done on it, else the next one on which it is. */
export function nextBusinessDay(calendar: BusinessCalendar, date: string): string {
  let day = date;
  while (!isBusinessDay(calendar, day)) day = addDays(day, 1);
  return day;
}

/** The n-th business day after a date, which is not counted itself. */
export function businessDaysAfter(
  calendar: BusinessCalendar,
  { date, days }: { date: string; days: number },
): string {
  let day = date;
  for (let left = days; left > 0; left -= 1) day = nextBusinessDay(calendar, addDays(day, 1));
  return day;
}

/** Whether the calendar knows the holidays of every day between two dates. */
export function covers({ from, until }: BusinessCalendar, span: { first: string; last: string }) {
  return from <= span.first && span.last <= until;
}
