import Holidays from 'date-holidays';
import { addDays, dayNumber } from '../../domain/calendar';
import { holidayCalendars, holidaysOf } from '../../policies/holiday-calendars';

const years = [2026, 2027, 2028];
const tableOf = (name: string) => [...holidaysOf(name)!];
/** 1970-01-01, day 0, was a Thursday. */
const weekday = (day: string) => Number((((dayNumber(day) + 3n) % 7n) + 7n) % 7n) + 1;

/** What others say: dates of public and bank holidays, observed days among them. */
function known(place: [string, string?], wanted: (day: { name: string }) => boolean = () => true) {
  const [country, state] = place;
  const holidays = state === undefined ? new Holidays(country) : new Holidays(country, state);
  const found = years.flatMap((year) => holidays.getHolidays(year));
  const days = found.filter((day) => ['public', 'bank'].includes(day.type) && wanted(day));
  return [...new Set(days.map(({ date }) => date.slice(0, 10)))].sort();
}
const worked = (day: string) => weekday(day) <= 5;

describe('the holiday calendars', () => {
  it.each(Object.keys(holidayCalendars))('%s: real days in order, with source and date', (name) => {
    const { days, source, seenOn, until } = holidayCalendars[name]!;
    expect(days).toEqual([...new Set(days)].sort());
    for (const day of [...days, seenOn, until]) expect(addDays(day, 0)).toBe(day);
    expect(source).not.toBe('');
    expect(days.every((day) => day <= until)).toBe(true);
  });

  it('us-federal has exactly the weekdays that date-holidays knows for the US', () => {
    expect(tableOf('us-federal')).toEqual(known(['US']).filter(worked));
  });

  it('fedwire is us-federal without the Friday before a Saturday holiday', () => {
    const federal = tableOf('us-federal');
    const moved = new Set(
      known(['US'])
        .filter((day) => weekday(day) === 6)
        .map((day) => addDays(day, -1)),
    );
    moved.add('2027-12-31'); // New Year's Day 2028 is a Saturday.
    expect(tableOf('fedwire')).toEqual(federal.filter((day) => !moved.has(day)));
  });

  it('england-and-wales has exactly the weekdays that date-holidays knows for England', () => {
    expect(tableOf('england-and-wales')).toEqual(known(['GB', 'ENG']).filter(worked));
  });

  it('target2 has the 6 days a year that Germany shares with it', () => {
    const shared = ['Neujahr', 'Karfreitag', 'Ostermontag', 'Maifeiertag'];
    const christmas = ['1. Weihnachtstag', '2. Weihnachtstag'];
    const days = known(['DE'], ({ name }) => [...shared, ...christmas].includes(name));
    expect(tableOf('target2')).toEqual(days);
    expect(days).toHaveLength(18);
  });

  it('are no others than those: 1 name that is none, also one that every object has', () => {
    expect(holidaysOf('us')).toBeUndefined();
    expect(holidaysOf('constructor')).toBeUndefined();
  });
});
