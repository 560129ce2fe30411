import type { BusinessCalendar } from '../domain/business-days';

/**
 * Days on which nobody works besides Saturdays and Sundays, as they are observed: a table a
 * calendar, with where it was read and when. After its last day only weekends are known.
 */
type HolidayCalendar = {
  readonly version: string;
  readonly source: string;
  readonly seenOn: string;
  readonly until: string;
  readonly days: readonly string[];
};

const days = (text: string): string[] => text.trim().split(/\s+/);

/** Every holiday calendar that a pack or a person may name. */
export const holidayCalendars: Readonly<Record<string, HolidayCalendar>> = {
  'us-federal': {
    version: '1',
    source: '5 U.S.C. 6103: a holiday on a Saturday is observed on the Friday before',
    seenOn: '2026-11-21',
    until: '2028-12-31',
    days: days(`
      2026-01-01 2026-01-19 2026-02-16 2026-05-25 2026-06-19 2026-07-03 2026-09-07 2026-10-12
      2026-11-11 2026-11-26 2026-12-25
      2027-01-01 2027-01-18 2027-02-15 2027-05-31 2027-06-18 2027-07-05 2027-09-06 2027-10-11
      2027-11-11 2027-11-25 2027-12-24 2027-12-31
      2028-01-17 2028-02-21 2028-05-29 2028-06-19 2028-07-04 2028-09-04 2028-10-09 2028-11-10
      2028-11-23 2028-12-25`),
  },
  fedwire: {
    version: '1',
    source: 'Holiday schedule of the Federal Reserve Banks: open on the Friday before a Saturday',
    seenOn: '2026-11-21',
    until: '2028-12-31',
    days: days(`
      2026-01-01 2026-01-19 2026-02-16 2026-05-25 2026-06-19 2026-09-07 2026-10-12 2026-11-11
      2026-11-26 2026-12-25
      2027-01-01 2027-01-18 2027-02-15 2027-05-31 2027-07-05 2027-09-06 2027-10-11 2027-11-11
      2027-11-25
      2028-01-17 2028-02-21 2028-05-29 2028-06-19 2028-07-04 2028-09-04 2028-10-09 2028-11-23
      2028-12-25`),
  },
  target2: {
    version: '1',
    source:
      'Long-term calendar of TARGET closing days (ECB, 14 December 2000): New Year, Good Friday, ' +
      'Easter Monday, 1 May, 25 and 26 December',
    seenOn: '2026-11-21',
    until: '2028-12-31',
    days: days(`
      2026-01-01 2026-04-03 2026-04-06 2026-05-01 2026-12-25 2026-12-26
      2027-01-01 2027-03-26 2027-03-29 2027-05-01 2027-12-25 2027-12-26
      2028-01-01 2028-04-14 2028-04-17 2028-05-01 2028-12-25 2028-12-26`),
  },
  'england-and-wales': {
    version: '1',
    source: 'Banking and Financial Dealings Act 1971 and its proclamations (gov.uk, bank holidays)',
    seenOn: '2026-11-21',
    until: '2028-12-31',
    days: days(`
      2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28
      2027-01-01 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-08-30 2027-12-27 2027-12-28
      2028-01-03 2028-04-14 2028-04-17 2028-05-01 2028-05-29 2028-08-28 2028-12-25 2028-12-26`),
  },
  'weekends-only': {
    version: '1',
    source: 'No table: for people whose country has none here',
    seenOn: '2026-11-21',
    until: '9999-12-31',
    days: [],
  },
};

/** The holidays of a calendar by its name; undefined where there is no such calendar. */
export function holidaysOf(calendar: string): ReadonlySet<string> | undefined {
  const table = Object.hasOwn(holidayCalendars, calendar) ? holidayCalendars[calendar] : undefined;
  return table && new Set(table.days);
}

/** Every calendar by its name, as days of business are counted by it. */
export function businessCalendars(): Record<string, BusinessCalendar> {
  const entries = Object.entries(holidayCalendars).map(([name, { days: holidays, until }]) => {
    const from = `${holidays[0]?.slice(0, 4) ?? '0001'}-01-01`;
    return [name, { from, until, holidays: new Set(holidays) }] as const;
  });
  return Object.fromEntries(entries);
}
