import { DateTime } from 'luxon';
import { addDays } from './calendar';
import { keyOf, type Clock } from './clocks';
import { nextWorking, type Hours } from './working-time';

/** What was said of a clock: it will be due, or its last day is over. */
export type Telling = 'warned' | 'passed';

/** What has been said of which clock, by the day it was due then. */
export type Told = Pick<Clock, 'clock' | 'deal' | 'dueOn'> & { readonly told: Telling };

/**
 * What is to be said now, and when there is something to say again.
 *
 * Method: a warning comes in the working time of its day, in the zone of the pack; that a day is
 * over is said the moment it is. Where it is over already, no warning is sent any more.
 * Ensures: nothing is said twice of the same day; a clock that moved is a clock of another day;
 * what is met, or cannot be dated, is not spoken of.
 */
export function clockMoments(given: {
  readonly clocks: readonly Clock[];
  readonly told: readonly Told[];
  readonly at: string;
  readonly hours: Hours;
}): { due: { clock: Clock; told: Telling }[]; nextAt: string | null } {
  const { clocks, told, at, hours } = given;
  const said = new Set(told.map(nameOf));
  const due: { clock: Clock; told: Telling }[] = [];
  const moments: string[] = [];
  for (const clock of clocks) {
    const { dueOn, warnOn, metOn } = clock;
    if (dueOn === null || warnOn === null || metOn !== null) continue;
    const isSaid = (what: Telling) => said.has(nameOf({ ...clock, told: what }));
    const [passed, warned] = [endOf(dueOn, hours), warningOf(warnOn, hours)];
    const now = passed <= at ? 'passed' : warned <= at ? 'warned' : undefined;
    if (now !== undefined && !isSaid(now)) due.push({ clock, told: now });
    if (now !== 'passed') moments.push(now === undefined && warned < passed ? warned : passed);
  }
  return { due, nextAt: moments.sort()[0] ?? null };
}

const nameOf = ({ dueOn, told, ...of }: Told): string => `${keyOf(of)} ${dueOn ?? ''} ${told}`;

const zoneOf = (hours: Hours): string => (hours === 'round-the-clock' ? 'UTC' : hours.zone);

/** The first instant of a date in a zone; where the clock leaves midnight out, the one after. */
function startOf(date: string, hours: Hours): string {
  const start = DateTime.fromISO(date, { zone: zoneOf(hours) }).startOf('day');
  return start.toUTC().toISO() ?? '';
}

const endOf = (date: string, hours: Hours): string => startOf(addDays(date, 1), hours);
const warningOf = (date: string, hours: Hours): string => nextWorking(hours, startOf(date, hours));

/** The date an instant has where the pack is at home. */
export function dateIn(hours: Hours, instant: string): string {
  return DateTime.fromISO(instant, { zone: zoneOf(hours) }).toISODate() ?? instant.slice(0, 10);
}
