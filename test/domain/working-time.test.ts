import {
  endOfNextWorkingDay,
  isTimeZone,
  isWorking,
  nextWorking,
  workingDaysAfter,
  type WorkingTime,
} from '../../domain/working-time';
import { holidaysOf } from '../../policies/holiday-calendars';

const office = { from: '09:00', until: '17:00' };
const london: WorkingTime = {
  ...office,
  zone: 'Europe/London',
  holidays: holidaysOf('england-and-wales')!,
};
const newYork: WorkingTime = {
  ...office,
  zone: 'America/New_York',
  holidays: holidaysOf('us-federal')!,
};
const tokyo: WorkingTime = {
  ...office,
  zone: 'Asia/Tokyo',
  holidays: holidaysOf('weekends-only')!,
};
const utc = (text: string) => new Date(`${text}Z`).toISOString();

describe('working time', () => {
  it.each([
    // Saturday night is said on Monday morning there.
    ['New York', newYork, '2026-11-22T03:00', '2026-11-23T14:00'],
    ['London', london, '2026-11-21T23:00', '2026-11-23T09:00'],
    ['Tokyo', tokyo, '2026-11-21T14:00', '2026-11-23T00:00'],
    // Before, within and at the end of a day.
    ['New York', newYork, '2026-11-24T10:00', '2026-11-24T14:00'],
    ['New York', newYork, '2026-11-24T14:00', '2026-11-24T14:00'],
    ['New York', newYork, '2026-11-24T21:59', '2026-11-24T21:59'],
    ['New York', newYork, '2026-11-24T22:00', '2026-11-25T14:00'],
    // Thanksgiving, Christmas on a Friday, Boxing Day observed on the Monday after.
    ['New York', newYork, '2026-11-25T23:00', '2026-11-27T14:00'],
    ['New York', newYork, '2026-12-25T15:00', '2026-12-28T14:00'],
    ['London', london, '2026-12-24T18:00', '2026-12-29T09:00'],
    // Tokyo works on Christmas Day.
    ['Tokyo', tokyo, '2026-12-25T01:00', '2026-12-25T01:00'],
    // 29 February 2028 is a Tuesday, worked like any other.
    ['London', london, '2028-02-28T18:00', '2028-02-29T09:00'],
  ])('in %s begins again after %# at the next morning worked', (_place, hours, at, next) => {
    expect(nextWorking(hours, utc(at))).toBe(utc(next));
  });

  it.each([
    // Clocks go back on 25 October 2026 in London: 17:30 on Friday is UTC+1, Monday is UTC.
    ['London in autumn', london, '2026-10-23T16:30', '2026-10-26T09:00'],
    ['London in spring', london, '2027-03-29T10:00', '2027-03-30T08:00'],
    ['New York in spring', newYork, '2027-03-12T22:30', '2027-03-15T13:00'],
    ['New York in autumn', newYork, '2026-10-30T21:30', '2026-11-02T14:00'],
  ])('keeps 9:00 on the wall when the clock is changed: %s', (_which, hours, at, next) => {
    expect(nextWorking(hours, utc(at))).toBe(utc(next));
  });

  it('that would begin at 1:30, which a clock put forward skips, begins at 2:30', () => {
    const night = { ...london, from: '01:30', until: '05:00', holidays: new Set<string>() };
    const weekday = { ...night, zone: 'Africa/Cairo', from: '00:30' };
    // Cairo puts its clock forward at midnight on Friday 24 April 2026: 00:30 does not exist.
    expect(nextWorking(weekday, '2026-04-23T20:00:00.000Z')).toBe('2026-04-23T22:30:00.000Z');
    expect(isWorking(weekday, '2026-04-23T22:29:59.000Z')).toBe(false);
    expect(nextWorking(night, '2027-03-27T00:00:00.000Z')).toBe('2027-03-29T00:30:00.000Z');
  });

  it('is the whole day, every day, in a drill', () => {
    const at = '2026-12-25T03:00:00.000Z';
    expect(isWorking('round-the-clock', at)).toBe(true);
    expect(nextWorking('round-the-clock', at)).toBe(at);
  });
});

describe('working days', () => {
  it.each([
    ['from Tuesday noon', newYork, '2026-12-01T17:00', 1, '2026-12-02T17:00'],
    ['over a weekend', newYork, '2026-12-04T17:00', 1, '2026-12-07T17:00'],
    ['from Saturday night', newYork, '2026-12-06T03:00', 1, '2026-12-08T14:00'],
    ['from after hours', newYork, '2026-12-01T23:00', 1, '2026-12-03T14:00'],
    ['over Christmas in London', london, '2026-12-23T12:00', 3, '2026-12-30T12:00'],
    ['over Christmas in New York', newYork, '2026-12-23T17:00', 3, '2026-12-29T17:00'],
    ['over New Year observed in 2027', newYork, '2027-12-30T17:00', 1, '2028-01-03T17:00'],
    ['over the end of summer time', london, '2026-10-23T10:00', 2, '2026-10-27T11:00'],
    ['over the begin of summer time', newYork, '2027-03-12T17:00', 2, '2027-03-16T16:00'],
    ['over 29 February', london, '2028-02-28T12:00', 2, '2028-03-01T12:00'],
    ['over a year end in Tokyo', tokyo, '2026-12-31T02:00', 1, '2027-01-01T02:00'],
  ])('are counted by dates where somebody works: %s', (_how, hours, at, days, then) => {
    expect(workingDaysAfter(hours, { at: utc(at), days })).toBe(utc(then));
  });

  it('each count from the first, so that a skipped hour shifts 1 day not those after it', () => {
    const cairo = { ...tokyo, zone: 'Africa/Cairo', from: '00:00', until: '08:00' };
    // 00:30 on Thursday; Friday's 00:30 is skipped and read as 01:30; Monday has it again.
    expect(workingDaysAfter(cairo, { at: utc('2026-04-22T22:30'), days: 1 })).toBe(
      utc('2026-04-23T22:30'),
    );
    expect(workingDaysAfter(cairo, { at: utc('2026-04-22T22:30'), days: 2 })).toBe(
      utc('2026-04-26T21:30'),
    );
  });

  it('end at 17:00 of the next one, over a weekend and 2 holidays', () => {
    expect(endOfNextWorkingDay(london, utc('2026-12-25T12:00'))).toBe(utc('2026-12-29T17:00'));
    expect(endOfNextWorkingDay(newYork, utc('2026-12-05T12:00'))).toBe(utc('2026-12-07T22:00'));
  });
});

describe('a time zone', () => {
  it('is a place of the IANA database: no offset, no abbreviation, no invention', () => {
    const given = ['Europe/London', 'Asia/Tokyo', 'Etc/UTC', 'EST', '+02:00', 'Mars/Base', ''];
    expect(given.filter(isTimeZone)).toEqual(['Europe/London', 'Asia/Tokyo', 'Etc/UTC']);
  });
});
