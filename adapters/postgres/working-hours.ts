import type { Hours } from '../../domain/working-time';
import { holidaysOf } from '../../policies/holiday-calendars';
import type { PackTimes } from './gate-rows';

/** Where somebody works, by their entry in the registry; null where it says nothing. */
export type Place = { timeZone: string | null; calendar: string | null };

/** When somebody works: by their own place, and where their entry names none by the pack's. */
export function hoursOf(pack: PackTimes['workingTime'], { timeZone, calendar }: Place): Hours {
  if (pack === 'round-the-clock') return pack;
  const { from, until } = pack;
  const holidays = holidaysOf(calendar ?? pack.calendar) ?? new Set<string>();
  return { zone: timeZone ?? pack.zone, from, until, holidays };
}
