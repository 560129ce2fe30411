import { DateTime, IANAZone } from 'luxon';

/** When somebody can be expected to read mail. Shapes: `from` and `until` as `09:00`, local. */
export type WorkingTime = {
  readonly zone: string;
  readonly from: string;
  readonly until: string;
  /** Days nobody works besides Saturday and Sunday, as ISO dates. */
  readonly holidays: ReadonlySet<string>;
};

/** Somebody's working time; in a drill everybody is there at any hour. */
export type Hours = WorkingTime | 'round-the-clock';

/** Whether a name is a place in the IANA time zone database, such as `Europe/London`. */
export function isTimeZone(name: string): boolean {
  return name.includes('/') && IANAZone.isValidZone(name);
}

/** Whether somebody works at all on the date an instant has where they are. */
export function isWorkingDay(hours: Hours, at: string): boolean {
  return hours === 'round-the-clock' || worksOn(hours, local(hours, at));
}

/** Whether an instant is within somebody's working time; the end of a day is not. */
export function isWorking(hours: Hours, at: string): boolean {
  if (hours === 'round-the-clock') return true;
  const time = local(hours, at);
  const { from, until } = hours;
  return worksOn(hours, time) && time >= onThe(time, from) && time < onThe(time, until);
}

/**
 * The instant itself where it is working time, else the next begin of a day on which they work.
 *
 * Shapes: instants as `2026-12-25T08:00:00.000Z`.
 */
export function nextWorking(hours: Hours, at: string): string {
  if (hours === 'round-the-clock' || isWorking(hours, at)) return at;
  const time = local(hours, at);
  const begin = onThe(time, hours.from);
  const today = worksOn(hours, time) && time < begin;
  return iso(today ? begin : onThe(dayAfter(hours, { time, days: 1 }), hours.from));
}

/**
 * The same time of day so many working days later.
 *
 * Method: counted from the next working instant, so that what begins on a Saturday night counts
 * from Monday morning; a day is a date on the wall where they are, whatever its number of hours.
 */
export function workingDaysAfter(hours: WorkingTime, given: { at: string; days: number }): string {
  const time = local(hours, nextWorking(hours, given.at));
  // A clock that is put forward can push a time of day out of the working time.
  return nextWorking(hours, iso(dayAfter(hours, { time, days: given.days })));
}

/** The end of the next day, after the date an instant has where they are, on which they work. */
export function endOfNextWorkingDay(hours: WorkingTime, at: string): string {
  const day = dayAfter(hours, { time: local(hours, at), days: 1 });
  return iso(onThe(day, hours.until));
}

function local({ zone }: WorkingTime, at: string): DateTime {
  return DateTime.fromISO(at, { zone });
}

const iso = (time: DateTime): string => time.toUTC().toISO() ?? '';

function worksOn({ holidays }: WorkingTime, time: DateTime): boolean {
  return time.weekday <= 5 && !holidays.has(time.toISODate() ?? '');
}

/** A time of day that a clock put forward leaves out is read as one hour later. */
function onThe(day: DateTime, timeOfDay: string): DateTime {
  return DateTime.fromISO(`${day.toISODate() ?? ''}T${timeOfDay}`, { zone: day.zone });
}

/** The same time of day on the n-th working day after; each is counted from the first one. */
function dayAfter(hours: WorkingTime, { time, days }: { time: DateTime; days: number }): DateTime {
  let day = time;
  for (let [off, left] = [1, days]; left > 0; off += 1) {
    day = time.plus({ days: off });
    if (worksOn(hours, day)) left -= 1;
  }
  return day;
}
