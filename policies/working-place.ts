import { isTimeZone } from '../domain/working-time';
import { holidayCalendars, holidaysOf } from './holiday-calendars';

/**
 * What is wrong with where somebody is said to work, in words; undefined where nothing is.
 *
 * Ensures: a zone or a calendar that stands nowhere is turned down before anybody relies on it.
 */
export function misplaced(given: {
  zone?: string | undefined;
  calendar?: string | undefined;
}): { part: 'zone' | 'calendar'; expected: string } | undefined {
  const { zone, calendar } = given;
  if (zone !== undefined && !isTimeZone(zone)) {
    return { part: 'zone', expected: `expected a place such as Europe/London, found ${zone}` };
  }
  if (calendar === undefined || holidaysOf(calendar) !== undefined) return undefined;
  const known = Object.keys(holidayCalendars).join(', ');
  return { part: 'calendar', expected: `expected one of ${known}, found ${calendar}` };
}
