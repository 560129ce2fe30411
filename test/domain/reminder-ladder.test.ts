import {
  evenly,
  expiryOf,
  nextToTell,
  rungAt,
  rungToTell,
  type Awaited,
  type Ladder,
} from '../../domain/reminder-ladder';
import type { Hours, WorkingTime } from '../../domain/working-time';
import { holidaysOf } from '../../policies/holiday-calendars';

const office = { from: '09:00', until: '17:00' };
const place = (zone: string, calendar: string): WorkingTime => {
  return { ...office, zone, holidays: holidaysOf(calendar)! };
};
const newYork = place('America/New_York', 'us-federal');
const london = place('Europe/London', 'england-and-wales');
const tokyo = place('Asia/Tokyo', 'weekends-only');

const day = 86_400;
const usPrivate: Ladder = {
  reminders: [{ workingDays: 1 }, { workingDays: 3 }, { workingDays: 5 }],
  escalateAfter: { workingDays: 6 },
  expireAfter: 14 * day,
};
const inSeconds: Ladder = { reminders: [4, 8, 12], escalateAfter: 16, expireAfter: 600 };
const utc = (text: string) => new Date(`${text}Z`).toISOString();

function opened(at: string, { ladder = usPrivate, asked = [newYork] as Hours[] } = {}) {
  const openedAt = utc(at);
  return { ladder, openedAt, expiresAt: expiryOf({ ladder, openedAt, asked }) };
}
const rungs = (of: ReturnType<typeof opened>, hours: Hours) =>
  [1, 2, 3, 4].map((rung) => rungAt(of, { rung, hours })?.slice(0, 16));

describe('the ladder of a gate', () => {
  it('opened on a Saturday in New York has its 4 rungs on working mornings', () => {
    const of = opened('2026-11-21T12:00');
    expect(rungs(of, newYork)).toEqual([
      '2026-11-24T14:00',
      '2026-11-27T14:00', // Thanksgiving lies between.
      '2026-12-01T14:00',
      '2026-12-02T14:00',
    ]);
    expect(of.expiresAt).toBe(utc('2026-12-07T22:00')); // 14 days end on a Saturday.
  });

  it('has the same rung 13 hours earlier in Tokyo than in New York', () => {
    const of = opened('2026-12-01T18:00', { asked: [newYork, tokyo] });
    expect(rungs(of, newYork).slice(0, 2)).toEqual(['2026-12-02T18:00', '2026-12-04T18:00']);
    // 3 at night in Tokyo: counted from 9:00 that morning.
    expect(rungs(of, tokyo).slice(0, 2)).toEqual(['2026-12-03T00:00', '2026-12-07T00:00']);
  });

  it('keeps its time of day over a change of clocks, in London and in New York', () => {
    const autumn = opened('2026-10-22T14:00', { asked: [london] });
    expect(rungs(autumn, london)).toEqual([
      '2026-10-23T14:00',
      '2026-10-27T15:00',
      '2026-10-29T15:00',
      '2026-10-30T15:00',
    ]);
    const spring = opened('2027-03-11T15:00');
    expect(rungs(spring, newYork).slice(0, 2)).toEqual(['2027-03-12T15:00', '2027-03-16T14:00']);
  });

  it('steps over Christmas and 29 February as each office does', () => {
    const christmas = opened('2026-12-23T15:00', { asked: [london] });
    expect(rungs(christmas, london)).toEqual([
      '2026-12-24T15:00',
      '2026-12-30T15:00', // 25 December, a weekend, Boxing Day observed on the 28th.
      '2027-01-04T15:00', // New Year's Day.
      '2027-01-05T15:00',
    ]);
    const leap = opened('2028-02-28T15:00', { asked: [london] });
    expect(rungs(leap, london).slice(0, 2)).toEqual(['2028-02-29T15:00', '2028-03-02T15:00']);
  });

  it('has no rung that would come when it has lapsed', () => {
    const ladder = { ...usPrivate, escalateAfter: { workingDays: 10 } };
    const of = opened('2026-12-24T15:00', { ladder, asked: ['round-the-clock'] });
    expect(of.expiresAt).toBe(utc('2027-01-07T15:00'));
    expect(rungs(of, london)).toEqual([
      '2026-12-29T15:00',
      '2026-12-31T15:00',
      '2027-01-05T15:00',
      undefined,
    ]);
  });

  it('in seconds waits 4 seconds in a drill, and for Monday morning in an office', () => {
    const of = opened('2026-11-22T03:00', { ladder: inSeconds, asked: [] });
    expect(rungAt(of, { rung: 1, hours: 'round-the-clock' })).toBe(utc('2026-11-22T03:00:04'));
    const long = { ...of, expiresAt: utc('2026-12-31T00:00') };
    expect(rungAt(long, { rung: 4, hours: newYork })).toBe(utc('2026-11-23T14:00'));
  });
});

describe('an even ladder', () => {
  const [openedAt, expiresAt] = [utc('2026-11-20T23:00'), utc('2026-11-25T23:00')];

  it('of 12 hours in 5 days has 9 rungs, none at its end, and escalates to nobody', () => {
    const of = evenly({ every: 43_200, openedAt, expiresAt });
    expect(of.ladder.reminders).toHaveLength(9);
    expect(rungAt(of, { rung: 9, hours: 'round-the-clock' })).toBe(utc('2026-11-25T11:00'));
    expect(rungAt(of, { rung: 10, hours: 'round-the-clock' })).toBeUndefined();
  });

  it('opened on a Friday evening tells once on Monday at 9:00, for 5 rungs', () => {
    const of = evenly({ every: 43_200, openedAt, expiresAt });
    const monday = utc('2026-11-23T14:00');
    const person = { hours: newYork, firstRung: 1, told: 0 };
    expect(nextToTell(of, { ...person, at: openedAt })).toBe(monday);
    const told = rungToTell(of, { ...person, at: monday });
    expect(told).toBe(5);
    expect(nextToTell(of, { ...person, told, at: monday })).toBe(utc('2026-11-24T14:00'));
  });

  it('of a wait that is over before it begins has no rung, and never more than 500', () => {
    expect(evenly({ every: 20, openedAt, expiresAt: openedAt }).ladder.reminders).toEqual([]);
    expect(evenly({ every: 0, openedAt, expiresAt }).ladder.reminders).toHaveLength(499);
  });
});

describe('whom a ladder tells', () => {
  const of = opened('2026-12-01T17:00'); // Tuesday noon in New York; rungs on 2, 4, 8, 9 December.
  const legal: Awaited = { hours: newYork, firstRung: 1, told: 0 };
  const told = (person: Partial<Awaited>, at: string) =>
    rungToTell(of, { ...legal, ...person, at: utc(at) });
  const next = (person: Partial<Awaited>, at: string) =>
    nextToTell(of, { ...legal, ...person, at: utc(at) })?.slice(0, 16);

  it('is nobody before the first of its 4 rungs, then each rung once', () => {
    expect(told({}, '2026-12-02T16:59')).toBe(0);
    expect(told({}, '2026-12-02T17:00')).toBe(1);
    expect(told({ told: 1 }, '2026-12-02T17:00')).toBe(0);
    expect(told({ told: 1 }, '2026-12-04T17:00')).toBe(2);
    expect(next({}, '2026-12-01T17:00')).toBe('2026-12-02T17:00');
    expect(next({ told: 4 }, '2026-12-09T17:00')).toBeUndefined();
  });

  it('is told the highest of 3 missed rungs, once, and not at night', () => {
    expect(told({}, '2026-12-08T20:00')).toBe(3);
    expect(told({}, '2026-12-09T04:00')).toBe(0);
    expect(next({}, '2026-12-09T04:00')).toBe('2026-12-09T14:00');
    expect(told({}, '2026-12-09T14:00')).toBe(3);
    expect(next({ told: 3 }, '2026-12-09T04:00')).toBe('2026-12-09T17:00');
  });

  it('is a stand-in from rung 2 on, and the escalation person on rung 4 alone', () => {
    expect(told({ firstRung: 2 }, '2026-12-03T17:00')).toBe(0);
    expect(told({ firstRung: 2 }, '2026-12-04T17:00')).toBe(2);
    expect(told({ firstRung: 4 }, '2026-12-08T17:00')).toBe(0);
    expect(told({ firstRung: 4 }, '2026-12-09T17:00')).toBe(4);
    expect(next({ firstRung: 4 }, '2026-12-01T17:00')).toBe('2026-12-09T17:00');
  });

  it('always moves on: 400 steps from wake to wake never meet the same instant twice', () => {
    let at = of.openedAt;
    let rung = 0;
    const seen: string[] = [];
    for (let step = 0; step < 400; step += 1) {
      rung = Math.max(rung, rungToTell(of, { ...legal, told: rung, at }));
      const following = nextToTell(of, { ...legal, told: rung, at });
      if (following === undefined) break;
      expect(following > at).toBe(true);
      seen.push((at = following));
    }
    expect(seen).toHaveLength(4);
    expect(rung).toBe(4);
  });
});

describe('an opening lapses', () => {
  const lapses = (at: string, asked: Hours[]) => opened(at, { asked }).expiresAt.slice(0, 16);

  it('after 14 days of the calendar where anybody who can vote works on that day', () => {
    expect(lapses('2026-12-01T17:00', [newYork])).toBe('2026-12-15T17:00');
    // Christmas Day in New York is 26 December, a Saturday, in Tokyo: 2 in the morning.
    expect(lapses('2026-12-11T14:00', [newYork, tokyo])).toBe('2026-12-25T14:00');
    expect(lapses('2026-12-05T12:00', ['round-the-clock', newYork])).toBe('2026-12-19T12:00');
  });

  it('never on a day on which neither of 2 asked works, but when the first one is back', () => {
    expect(lapses('2026-12-05T12:00', [newYork, london])).toBe('2026-12-21T17:00');
    expect(lapses('2026-12-11T12:00', [newYork, london])).toBe('2026-12-28T22:00');
    expect(lapses('2026-12-05T12:00', [])).toBe('2026-12-19T12:00');
  });
});
