import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dayNumber } from '../../domain/calendar';
import { parseMinor } from '../../domain/money';
import { loadPack, packNames } from '../../policies/load-pack';
import { digestOf } from '../../proof/digest';

const folder = join(__dirname, '../../policies');
const read = (name: string) =>
  JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Record<string, unknown>;

describe('policy packs', () => {
  it.each(['demo', 'us-private'])(
    '%s fits the schema, every value with source and date',
    (name) => {
      const { pack, digest } = loadPack({ folder, name });
      expect(digest).toBe(digestOf(pack));
      for (const [key, value] of Object.entries(pack)) {
        if (key === 'name' || key === 'version') continue;
        const rules =
          key === 'clocks' ? Object.values(pack.clocks).flatMap(Object.values) : [value];
        for (const { source, seenOn } of rules as { source: string; seenOn: string }[]) {
          expect(source).not.toBe('');
          expect(dayNumber(seenOn)).toBeGreaterThan(0n);
        }
      }
      const { floor, severity } = pack;
      const limits = Object.values(severity.value).map(({ amount = {} }) => amount);
      for (const amounts of [floor.value, ...limits]) {
        for (const [currency, amount] of Object.entries(amounts)) {
          expect(parseMinor(amount, currency)).toBeGreaterThan(0n);
        }
      }
    },
  );

  it('demo is us-private but for waits: no other rule differs', () => {
    const { extends: before, ...own } = read('demo');
    expect(before).toBe('us-private');
    expect(Object.keys(own).sort()).toEqual(
      ['followUp', 'forms', 'freezeWatch', 'ladder', 'liveChecks', 'name'].concat([
        'nextUpdateEvery',
        'paging',
        'payOn',
        'poll',
        'resolutionWaitsForFix',
        'version',
        'workingTime',
      ]),
    );
  });

  it('demo pins contract interest of 8 % simple on 365 days, paid on the day of opening', () => {
    const { pack } = loadPack({ folder, name: 'demo' });
    const eight = { method: 'simple', ratePercent: '8', dayCount: 'ACT/365F' };
    expect(pack.interest.value).toEqual(eight);
    expect(pack.payOn.value).toEqual({ from: 'opening', afterDays: 0 });
  });

  it('refuses a pack that is not there, also by a path out of the folder', () => {
    expect(packNames(folder)).toEqual(['demo', 'us-private']);
    for (const name of ['uk', '../package', 'demo.json', '']) {
      expect(() => loadPack({ folder, name })).toThrow(
        'expected one of the packs demo, us-private',
      );
    }
  });
});

describe('a pack on its way in', () => {
  const own = mkdtempSync(join(tmpdir(), 'mw-packs-'));
  const whole = loadPack({ folder, name: 'us-private' }).pack;
  afterAll(() => rmSync(own, { recursive: true }));

  it.each([
    ['without a source', { floor: { value: {}, seenOn: '2026-01-01' } }, 'floor.source'],
    ['with a clock in 2 units', clock({ days: 1, weeks: 1 }), 'exactly one of days'],
    ['with a clock that rolls to no calendar', clock({ days: 1 }, { rolls: true }), 'a calendar'],
    ['with a field nobody knows', { generosity: 1 }, 'generosity'],
    ['whose residue goes to the firm', { residue: sourced('firm') }, 'residue.value'],
    ['with a rate that is no number', { interest: sourced({ ratePercent: '8 %' }) }, 'ratePercent'],
    ['whose rungs go back', { ladder: rungs([3, 1]) }, 'each later than the one before'],
    ['whose rungs mix units', { ladder: rungs([1, { workingDays: 2 }]) }, 'rungs of one unit'],
    ['for a zone that is none', { workingTime: office({ zone: 'EST' }) }, 'workingTime.value.zone'],
    ['for a calendar nobody has', { workingTime: office({ calendar: 'x' }) }, 'value.calendar'],
    ['whose day ends first', { workingTime: office({ until: '08:00' }) }, 'from before until'],
    ['that calls itself otherwise', { name: 'demo' }, 'calls itself demo'],
  ])('%s is refused, naming the place', (_what, part, place) => {
    writeFileSync(join(own, 'mine.json'), JSON.stringify({ ...whole, name: 'mine', ...part }));
    expect(() => loadPack({ folder: own, name: 'mine' })).toThrow(place);
  });

  it('extends 1 whole pack beside it: none that is not there, none that extends another', () => {
    const write = (name: string, pack: object) =>
      writeFileSync(join(own, `${name}.json`), JSON.stringify(pack));
    write('first', { ...whole, name: 'first' });
    write('second', { name: 'second', extends: 'first', residue: sourced('charity') });
    write('third', { name: 'third', extends: 'second' });
    write('fourth', { name: 'fourth', extends: '../fifth' });
    const second = loadPack({ folder: own, name: 'second' });
    expect(second.pack).toEqual({ ...whole, name: 'second', residue: sourced('charity') });
    expect(second.digest).toBe(digestOf(second.pack));
    for (const name of ['third', 'fourth']) {
      expect(() => loadPack({ folder: own, name })).toThrow('expected a whole pack beside it');
    }
  });

  function clock(span: object, rest: object = {}) {
    const value = {
      ...{ name: 'x', does: 'x', owner: 'legal', of: 'deal', warnDays: 1 },
      ...{ terms: [{ from: ['closed_on'], ...span }], ...rest },
    };
    return { clocks: { home: { mine: { value, source: 'test', seenOn: '2026-01-01' } } } };
  }
  function rungs(reminders: unknown[]) {
    return sourced({ reminders, escalateAfter: 99, escalateTo: 'legal', expireAfter: 100 });
  }
  function office(part: object) {
    const zone = { zone: 'Asia/Tokyo', calendar: 'us-federal' };
    return sourced({ ...zone, from: '09:00', until: '17:00', ...part });
  }
  function sourced(value: unknown) {
    return { value, source: 'test', seenOn: '2026-01-01' };
  }
});
