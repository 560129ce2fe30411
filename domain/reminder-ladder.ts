import { DateTime } from 'luxon';
import {
  endOfNextWorkingDay,
  isWorking,
  isWorkingDay,
  nextWorking,
  workingDaysAfter,
  type Hours,
} from './working-time';

/** How long a rung waits: so many seconds in any hour, or working days of whom it is for. */
export type Wait = number | { readonly workingDays: number };

/** The waits of a gate. Units: numbers are seconds after the opening. */
export type Ladder = {
  readonly reminders: readonly Wait[];
  readonly escalateAfter: Wait;
  /** Calendar time, whoever it is for. */
  readonly expireAfter: number;
};

/** An opening that waits, by the ladder it was opened with. */
export type Opened = {
  readonly ladder: Ladder;
  readonly openedAt: string;
  readonly expiresAt: string;
};

/** Somebody whom an opening waits for, as far as the ladder needs to know them. */
export type Awaited = {
  readonly hours: Hours;
  /** The first rung that is theirs: 1, later for a stand-in, the last one for escalation. */
  readonly firstRung: number;
  /** The highest rung that they were told; 0 where none was. */
  readonly told: number;
};

/** The number a rung of an opening is on file under: rungs of one opening are below the next. */
export const roundOf = ({ opening, rung }: { opening: number; rung: number }): number =>
  opening * 1_000 + rung;

/** The rung of what has expired, above every ladder. */
export const expiredRung = 999;

const evenRungsMax = 500;

/**
 * A wait that is reminded of at even distances until its end, and escalates to nobody.
 *
 * Units: `every` in seconds. Ensures: 500 rungs at most, whatever the distance.
 */
export function evenly(wait: { every: number; openedAt: string; expiresAt: string }): Opened {
  const { openedAt, expiresAt } = wait;
  const lasts = DateTime.fromISO(expiresAt).diff(DateTime.fromISO(openedAt));
  const expireAfter = lasts.as('seconds');
  const every = Math.max(1, wait.every, expireAfter / evenRungsMax);
  const count = Math.max(0, Math.ceil(expireAfter / every) - 1);
  const reminders = Array.from({ length: count }, (_, index) => (index + 1) * every);
  return { openedAt, expiresAt, ladder: { reminders, escalateAfter: expireAfter, expireAfter } };
}

/** The rung on which whom the pack names is told; the reminders are 1 and up. */
export const escalationRung = ({ reminders }: Ladder): number => reminders.length + 1;

/**
 * When a rung falls due for somebody: never outside their working time.
 *
 * Ensures: a rung that would come when the opening has lapsed does not come at all.
 */
export function rungAt(
  { ladder, openedAt, expiresAt }: Opened,
  { rung, hours }: { rung: number; hours: Hours },
): string | undefined {
  const wait = [...ladder.reminders, ladder.escalateAfter][rung - 1];
  if (wait === undefined) return undefined;
  const at = waited(openedAt, { wait, hours });
  return at < expiresAt ? at : undefined;
}

function waited(openedAt: string, { wait, hours }: { wait: Wait; hours: Hours }): string {
  if (typeof wait === 'number') return nextWorking(hours, later(openedAt, wait));
  if (hours === 'round-the-clock') return later(openedAt, wait.workingDays * 86_400);
  return workingDaysAfter(hours, { at: openedAt, days: wait.workingDays });
}

/**
 * The rung to tell somebody now; 0 for none.
 *
 * Ensures: of several that were missed the highest alone, so that nobody is told twice at once;
 * nothing outside their working time.
 */
export function rungToTell(opened: Opened, { at, ...person }: Awaited & { at: string }): number {
  const rung = highestDue(opened, { ...person, at });
  return rung > person.told && isWorking(person.hours, at) ? rung : 0;
}

/** When somebody is told next, after what `rungToTell` says at that instant; nothing, never. */
export function nextToTell(
  opened: Opened,
  { at, ...person }: Awaited & { at: string },
): string | undefined {
  const due = highestDue(opened, { ...person, at });
  const missed = due > person.told && !isWorking(person.hours, at);
  const next = missed ? nextWorking(person.hours, at) : nextRung(opened, { ...person, due });
  return next !== undefined && next < opened.expiresAt ? next : undefined;
}

function highestDue(opened: Opened, { at, firstRung, hours }: Awaited & { at: string }): number {
  let due = 0;
  for (let rung = firstRung; rung <= escalationRung(opened.ladder); rung += 1) {
    const instant = rungAt(opened, { rung, hours });
    if (instant !== undefined && instant <= at) due = rung;
  }
  return due;
}

function nextRung(
  opened: Opened,
  { due, firstRung, hours }: Awaited & { due: number },
): string | undefined {
  return rungAt(opened, { rung: Math.max(firstRung, due + 1), hours });
}

/**
 * When the time of those who are asked is up: by the calendar, but never on a day on which none of
 * them works; then at the end of the first day on which one of them does.
 */
export function expiryOf(given: {
  ladder: Pick<Ladder, 'expireAfter'>;
  openedAt: string;
  asked: readonly Hours[];
}): string {
  const { ladder, openedAt, asked } = given;
  const lapses = later(openedAt, ladder.expireAfter);
  const away = asked.flatMap((hours) => (isWorkingDay(hours, lapses) ? [] : [hours]));
  if (away.length < asked.length) return lapses;
  const ends = away.flatMap((hours) => {
    return hours === 'round-the-clock' ? [] : [endOfNextWorkingDay(hours, lapses)];
  });
  return ends.sort()[0] ?? lapses;
}

const later = (at: string, seconds: number): string => {
  return DateTime.fromISO(at, { zone: 'utc' }).plus({ seconds }).toISO() ?? '';
};
