import type { PolicyPack } from '../contracts/pack';
import type { Hours } from '../domain/working-time';
import { holidaysOf } from './holiday-calendars';

/** When people of the pack's own place can be expected to read mail. */
export function hoursOfPack({ workingTime }: Pick<PolicyPack, 'workingTime'>): Hours {
  if (workingTime === undefined || workingTime.value === 'round-the-clock') {
    return 'round-the-clock';
  }
  const { zone, from, until, calendar } = workingTime.value;
  return { zone, from, until, holidays: holidaysOf(calendar) ?? new Set<string>() };
}
