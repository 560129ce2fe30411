import { clockMoments, dateIn, type Told } from '../../domain/clock-moments';
import type { Clock } from '../../domain/clocks';

/** Due on Wednesday 2 December 2026, warned of from Sunday 22 November. */
const formD: Clock = {
  ...{ clock: 'form-d', regime: 'us', deal: 'D', name: 'Form D', does: 'file', owner: 'legal' },
  ...{ startsOn: '2026-11-17', dueOn: '2026-12-02', warnOn: '2026-11-22' },
  ...{ assumed: false, why: [], metOn: null },
};
const newYork = {
  ...{ zone: 'America/New_York', from: '09:00', until: '17:00' },
  holidays: new Set(['2026-11-26']),
};
const at = (instant: string, given: { told?: Told[]; clock?: Partial<Clock> } = {}) => {
  const clocks = [{ ...formD, ...given.clock }];
  const { due, nextAt } = clockMoments({
    ...{ clocks, told: given.told ?? [], at: instant, hours: newYork },
  });
  return { due: due.map(({ told }) => told), nextAt };
};
const told = (what: Told['told'], dueOn = '2026-12-02'): Told => {
  return { clock: 'form-d', deal: 'D', dueOn, told: what };
};

const warned = '2026-11-23T14:00:00.000Z'; // Monday 9:00 in New York, after the Sunday.
const passed = '2026-12-03T05:00:00.000Z'; // Midnight in New York, after 2 December.

describe('clockMoments', () => {
  it('sleeps until 9:00 of the first working day after a warning that falls on a Sunday', () => {
    expect(at('2026-11-21T12:00:00.000Z')).toEqual({ due: [], nextAt: warned });
    expect(at('2026-11-23T13:59:59.999Z')).toEqual({ due: [], nextAt: warned });
  });

  it('warns once, then sleeps until the last day is over where the pack is at home', () => {
    expect(at(warned)).toEqual({ due: ['warned'], nextAt: passed });
    expect(at(warned, { told: [told('warned')] })).toEqual({ due: [], nextAt: passed });
  });

  it('says once that 1 day is over, at the very midnight, and then nothing more', () => {
    const before = [told('warned')];
    expect(at('2026-12-03T04:59:59.999Z', { told: before })).toEqual({ due: [], nextAt: passed });
    expect(at(passed, { told: before })).toEqual({ due: ['passed'], nextAt: null });
    expect(at(passed, { told: [...before, told('passed')] })).toEqual({ due: [], nextAt: null });
  });

  it('sends no warning of a day that is over: 1 alarm instead', () => {
    expect(at('2027-01-01T12:00:00.000Z')).toEqual({ due: ['passed'], nextAt: null });
  });

  it('speaks again of a clock that has moved to another day, both ways', () => {
    const before = [told('warned', '2026-11-30'), told('passed', '2026-11-30')];
    expect(at(warned, { told: before })).toEqual({ due: ['warned'], nextAt: passed });
  });

  it('is silent about what is met and what nobody can date', () => {
    const none = { due: [], nextAt: null };
    expect(at(passed, { clock: { metOn: '2026-11-20' } })).toEqual(none);
    expect(at(passed, { clock: { dueOn: null, warnOn: null } })).toEqual(none);
  });

  it('counts by UTC in a drill, where everybody is there at any hour', () => {
    const given = { clocks: [formD], told: [], hours: 'round-the-clock' as const };
    const saturday = clockMoments({ ...given, at: '2026-11-21T23:59:59.000Z' });
    expect(saturday.nextAt).toBe('2026-11-22T00:00:00.000Z');
  });

  it('has the date of the pack’s own place: 3:00 UTC is the day before in New York', () => {
    expect(dateIn(newYork, '2026-11-21T03:00:00.000Z')).toBe('2026-11-20');
    expect(dateIn('round-the-clock', '2026-11-21T03:00:00.000Z')).toBe('2026-11-21');
  });
});
