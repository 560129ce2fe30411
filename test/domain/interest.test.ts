import fc from 'fast-check';
import { addDays, dayNumber, parseCivil } from '../../domain/calendar';
import { simpleInterest, yearFraction, type DayCount } from '../../domain/interest';

const at8 = { method: 'simple', ratePercent: '8', dayCount: 'ACT/365F' } as const;
const isoOf = (date: Date) => date.toISOString().slice(0, 10);
const dates = fc
  .date({ min: new Date('1600-01-01'), max: new Date('2399-12-31'), noInvalidDate: true })
  .map(isoOf);

describe('simpleInterest', () => {
  it('gives 78,904.11 on 4,000,000.00 at 8 % for 90 days', () => {
    const period = { from: '2025-01-01', to: '2025-04-01' };
    expect(simpleInterest(400_000_000n, { ...at8, ...period })).toBe(7_890_411n);
  });

  it('gives 10.86 on 3,540.64 at 8 % for 14 days', () => {
    const period = { from: '2026-07-01', to: '2026-07-15' };
    expect(simpleInterest(354_064n, { ...at8, ...period })).toBe(1_086n);
  });

  it('gives 1,600.00 on 10,000.00 at 8 % for two years of 365 days', () => {
    const period = { from: '2021-01-01', to: '2023-01-01' };
    expect(simpleInterest(1_000_000n, { ...at8, ...period })).toBe(160_000n);
  });

  it('sends half a cent to the even neighbour: 0.005 is 0.00, 0.015 is 0.02', () => {
    // 73 days of 365 are a fifth of a year, so 1 % of 2.50 is 0.005.
    const period = { from: '2025-01-01', to: '2025-03-15', ratePercent: '1' };
    expect(simpleInterest(250n, { ...at8, ...period })).toBe(0n);
    expect(simpleInterest(750n, { ...at8, ...period })).toBe(2n);
  });

  it('bears nothing when a period ends on or before the day it begins', () => {
    for (const to of ['2026-07-15', '2026-07-14', '1999-01-01']) {
      expect(simpleInterest(100n, { ...at8, from: '2026-07-15', to })).toBe(0n);
    }
  });

  it('takes a rate with decimals exactly: 7.25 % of 1,000.00 over a year is 72.50', () => {
    const given = { ...at8, ratePercent: '7.25', from: '2025-01-01', to: '2026-01-01' };
    expect(simpleInterest(100_000n, given)).toBe(7_250n);
  });

  it('refuses a negative principal, a negative rate and a day that does not exist', () => {
    const period = { from: '2025-01-01', to: '2026-01-01' };
    expect(() => simpleInterest(-1n, { ...at8, ...period })).toThrow('cannot round');
    expect(() => simpleInterest(1n, { ...at8, ...period, ratePercent: '-8' })).toThrow();
    const noDay = { ...at8, from: '2025-02-29', to: '2026-01-01' };
    expect(() => simpleInterest(1n, noDay)).toThrow('expected a date such as 2026-07-15');
  });

  it('never pays less for a longer period', () => {
    const counts = fc.constantFrom<DayCount>('ACT/365F', 'ACT/360', 'ACT/ACT');
    const holds = fc.property(
      dates,
      fc.nat(4000),
      fc.nat(400),
      counts,
      (from, span, more, count) => {
        const to = addDays(from, span);
        const given = { ...at8, dayCount: count, from };
        const shorter = simpleInterest(123_456_789n, { ...given, to });
        const longer = simpleInterest(123_456_789n, { ...given, to: addDays(to, more) });
        expect(longer).toBeGreaterThanOrEqual(shorter);
      },
    );
    fc.assert(holds, { seed: 7, numRuns: 200 });
  });
});

describe('yearFraction', () => {
  const actual = (from: string, to: string) => {
    const { num, den } = yearFraction({ from, to }, 'ACT/ACT');
    return `${(num * 1_000_000n) / den}`;
  };

  it.each([
    ['ACT/365F', '2024-02-01', '2024-03-01', 29n, 365n],
    ['ACT/360', '2024-02-01', '2024-03-01', 29n, 360n],
    ['30/360', '2024-02-01', '2024-03-01', 30n, 360n],
    ['30/360', '2025-01-31', '2025-03-31', 60n, 360n],
    ['30/360', '2025-01-30', '2025-01-31', 0n, 360n],
    ['30/360', '2025-01-15', '2025-01-31', 16n, 360n],
  ] as const)('counts %s from %s to %s as %s/%s', (dayCount, from, to, num, den) => {
    expect(yearFraction({ from, to }, dayCount)).toEqual({ num, den });
  });

  it('counts ACT/ACT days of a leap year as 1/366 and others as 1/365', () => {
    // Source: ISDA, EMU and market conventions, 1999: 2003-11-01 to 2004-05-01.
    expect(actual('2003-11-01', '2004-05-01')).toBe('497724');
    expect(actual('2024-01-01', '2025-01-01')).toBe('1000000');
    expect(actual('2023-12-31', '2026-01-01')).toBe('2002739');
  });
});

describe('calendar', () => {
  it('numbers days as the machine’s own calendar does in UTC', () => {
    const holds = fc.property(dates, fc.integer({ min: -4000, max: 4000 }), (date, days) => {
      expect(dayNumber(date)).toBe(BigInt(Date.parse(date) / 86_400_000));
      const moved = new Date(Date.parse(date) + days * 86_400_000);
      expect(addDays(date, days)).toBe(isoOf(moved));
    });
    fc.assert(holds, { seed: 42, numRuns: 500 });
  });

  it('knows no 30 February, no 29 February 1900, no month 13, no day 0', () => {
    const wrong = '2025-02-30 1900-02-29 2025-13-01 2025-00-10 2025-01-00 2025-1-01 0000-01-01';
    for (const text of [...wrong.split(' '), '2025-01-01T00:00:00Z', '']) {
      expect(parseCivil(text)).toBeUndefined();
    }
    expect(parseCivil('2000-02-29')).toEqual({ year: 2000n, month: 2n, day: 29n });
  });
});
