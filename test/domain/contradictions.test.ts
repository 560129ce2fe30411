import {
  contradictionsOf,
  contradictionsOver,
  type Found,
  type Records,
  type Said,
} from '../../domain/contradictions';
import type { Claims } from '../../domain/form-answers';
import { none, unknown } from './team-answers';

const version = (ruleVersion: string, first: [deal: string, on: string] | [] = []) => {
  const [firstDeal = null, firstClosedOn = null] = first;
  return { ruleVersion, affected: first.length / 2, firstDeal, firstClosedOn };
};
/** Two deals of D and E are wrong, the first of them cut by v11; v12 came later. */
const found: Found = {
  basis: 'asRecorded',
  dealsAffected: 2,
  peopleAffected: 2,
  firstDeals: ['OLD', 'FRESH'],
  wrongDeals: new Set(['OLD', 'FRESH']),
  dealsOnFile: new Set(['OLD', 'FRESH', 'RIGHT']),
  wrongShares: [
    { investor: 'D', deal: 'OLD' },
    { investor: 'E', deal: 'FRESH' },
  ],
  peopleOnFile: new Set(['D', 'E', 'R']),
  versions: [version('v10'), version('v11', ['OLD', '2024-11-21']), version('v12')],
};
const scanned: Records = { firstKnownOn: [], found };
const unscanned: Records = { firstKnownOn: [], found: null };
const nobody: Found = { ...found, dealsAffected: 0, peopleAffected: 0, firstDeals: [] };

const said = (by: Record<string, Claims>): Said[] =>
  Object.entries(by).map(([who, claims]) => ({ who, claims }));
const between = (by: Record<string, Claims>, records = scanned) =>
  contradictionsOf(said(by), records);
const saying = (by: Record<string, Claims>, records = scanned) =>
  between(by, records).flatMap(({ id, says }) => [
    id,
    ...says.map(({ who, what }) => `${who}: ${what}`),
  ]);

describe('which deals are wrong', () => {
  it('is contradicted when a team says 3 and the scan says 2, with both lists', () => {
    expect(saying({ operations: { deals: ['OLD', 'RIGHT', 'FRESH'] } })).toEqual([
      'deals',
      'operations: 3 deals: FRESH, OLD, RIGHT',
      'the scan: 2 deals on recorded averages: OLD, FRESH',
    ]);
  });

  it('agrees when the same 2 are named in any order, or counted, or twice', () => {
    for (const deals of [['FRESH', 'OLD'], { count: 2 }, ['OLD', 'FRESH', 'OLD']]) {
      expect(between({ operations: { deals } })).toEqual([]);
    }
  });

  it('is contradicted by as many that are others, and says which 1 is not on file', () => {
    expect(saying({ engineering: { deals: ['OLD', 'ALIEN'] } })[1]).toBe(
      'engineering: 2 deals: ALIEN, OLD; not on file: ALIEN',
    );
  });

  it('is contradicted by "no impact" where the scan found 2, and not where it found none', () => {
    expect(saying({ operations: { deals: none } })).toEqual([
      'deals',
      'operations: no deal',
      'the scan: 2 deals on recorded averages: OLD, FRESH',
    ]);
    expect(between({ operations: { deals: none } }, { ...scanned, found: nobody })).toEqual([]);
  });

  it('is contradicted between 2 teams before any scan, and not by what nobody knows', () => {
    const teams = { engineering: { deals: ['OLD'] }, operations: { deals: ['OLD', 'FRESH'] } };
    expect(between(teams, unscanned).map(({ id }) => id)).toEqual(['deals']);
    expect(
      between({ engineering: { deals: ['OLD'] }, operations: { deals: unknown } }, unscanned),
    ).toEqual([]);
    const counted = { engineering: { deals: ['OLD'] }, operations: { deals: { count: 1 } } };
    expect(between(counted, unscanned)).toEqual([]);
  });

  it('names 5 of 612, and how many more there are', () => {
    const firstDeals = ['A', 'B', 'C', 'D', 'E'];
    const many = { ...scanned, found: { ...found, dealsAffected: 612, firstDeals } };
    expect(saying({ operations: { deals: { count: 611 } } }, many)).toEqual([
      'deals',
      'operations: 611 deals',
      'the scan: 612 deals on recorded averages: A, B, C, D, E and 607 more',
    ]);
  });
});

describe('when it was first known', () => {
  const knownOn = (on: string): Claims => ({ firstKnown: { on, through: 'a call' } });

  it('is contradicted by 2 teams that name different days', () => {
    const teams = { 'customer-success': knownOn('2026-11-19'), operations: knownOn('2026-11-20') };
    expect(saying(teams)).toEqual([
      'first-known',
      'customer-success: 2026-11-19, through a call',
      'operations: 2026-11-20, through a call',
    ]);
    expect(between({ a: knownOn('2026-11-19'), b: knownOn('2026-11-19') })).toEqual([]);
  });

  it('agrees with an opening on the 20th in UTC that was the 19th or 21st elsewhere', () => {
    const records = { ...scanned, firstKnownOn: ['2026-11-20', '2026-11-19', '2026-11-20'] };
    expect(between({ operations: knownOn('2026-11-19') }, records)).toEqual([]);
    expect(saying({ operations: knownOn('2026-11-18') }, records)[2]).toBe(
      'the opening: 2026-11-20',
    );
  });
});

describe('since when', () => {
  const since = (claim: { ruleVersion?: string; on?: string }) =>
    saying({ engineering: { since: claim } });

  it('is contradicted when engineering says v12 and the first wrong deal was cut by v11', () => {
    expect(since({ ruleVersion: 'v12' })).toEqual([
      'since/engineering',
      'engineering: since version v12',
      'the diagnosis: the first wrong deal is OLD of 2024-11-21, under version v11',
    ]);
  });

  it('is contradicted by the day after the first wrong deal, not by that day or 1 before', () => {
    expect(since({ on: '2024-11-22' })).toHaveLength(3);
    expect(since({ on: '2024-11-21' })).toEqual([]);
    expect(since({ ruleVersion: 'v10', on: '2024-01-01' })).toEqual([]);
  });

  it('is contradicted by 1 version that cut no deal on file', () => {
    expect(since({ ruleVersion: 'v99' })[1]).toBe(
      'engineering: since version v99, which no deal was cut by',
    );
  });

  it('counts the earliest of 2 faulty versions, whichever stands first', () => {
    const versions = [version('v12', ['NEW', '2025-01-01']), version('v11', ['OLD', '2024-11-21'])];
    const records = { ...scanned, found: { ...found, versions } };
    expect(saying({ engineering: { since: { on: '2024-12-01' } } }, records)[2]).toContain('OLD');
  });
});

describe('whether customers are hurt', () => {
  it('is contradicted by "no impact" of 1 team where the scan finds 2 people', () => {
    expect(saying({ operations: { customersMoney: none } })).toEqual([
      'customers-money',
      'operations: none; looked at: every ticket since 1 November (support)',
      'the scan: 2 people have a wrong share in 2 deals on recorded averages',
    ]);
  });

  it('is contradicted by 1 team that sees harm and 1 that looked and saw none', () => {
    const claims = { a: { customersRights: 'a wrong K-1' }, b: { customersRights: none } };
    expect(between(claims, unscanned).map(({ id }) => id)).toEqual(['customers-rights']);
    const both = { a: { customersRights: 'a wrong K-1' }, b: { customersRights: 'late' } };
    expect(between(both, unscanned)).toEqual([]);
  });

  it('is contradicted by harm in words where the scan finds 0 people', () => {
    const clean = { ...scanned, found: nobody };
    expect(saying({ operations: { customersMoney: 'they lost' } }, clean)[2]).toBe(
      'the scan: nobody has a wrong share',
    );
  });

  it('covers a service that has failed for 1 of 2 teams', () => {
    const claims = { a: { serviceDown: true }, b: { serviceDown: false } };
    expect(between(claims).map(({ id }) => id)).toEqual(['service-down']);
  });
});

describe('a complaint', () => {
  const by = (investor: string, deal?: string): Claims => ({
    complaints: [{ investor, on: '2026-11-19', said: 'too small', ...(deal && { deal }) }],
  });

  it.each([
    ['R', undefined, 'every share of theirs is right on recorded averages'],
    ['D', 'FRESH', 'wrong are other shares of theirs: OLD'],
    ['X', undefined, 'nobody of that id is on file'],
  ])('of %s about %s is held against the scan: %s', (investor, deal, scan) => {
    const about = deal === undefined ? '' : `, about ${deal}`;
    expect(saying({ 'customer-success': by(investor, deal) })).toEqual([
      `complaint/${investor}`,
      `customer-success: 2026-11-19${about}: too small`,
      `the scan: ${scan}`,
    ]);
  });

  it('of 1 person whose share is wrong agrees, and before the scan nothing is said', () => {
    expect(between({ 'customer-success': by('D', 'OLD') })).toEqual([]);
    expect(between({ 'customer-success': by('D') })).toEqual([]);
    expect(between({ 'customer-success': by('R') }, unscanned)).toEqual([]);
  });
});

describe('contradictions over time', () => {
  const deals = (...ids: string[]): Claims => ({ deals: ids });
  const over = (answers: [who: string, claims: Claims][], records = unscanned) =>
    contradictionsOver(
      answers.map(([who, claims]) => ({ who, claims })),
      records,
    ).map(({ id, state, says }) => ({ id, state, says: says.map(({ what }) => what) }));

  it('stay listed after 1 changed answer has ended them, as they last stood', () => {
    const first: [string, Claims][] = [
      ['a', deals('OLD')],
      ['b', deals('FRESH')],
    ];
    const says = ['1 deal: OLD', '1 deal: FRESH'];
    expect(over(first)).toEqual([{ id: 'deals', state: 'open', says }]);
    expect(over([...first, ['b', deals('OLD')]])).toEqual([
      { id: 'deals', state: 'changed', says },
    ]);
  });

  it('are listed once where 3 answers keep contradicting each other, as they stand now', () => {
    const answers: [string, Claims][] = [
      ['a', deals('OLD')],
      ['b', deals('FRESH')],
      ['c', deals('OLD')],
    ];
    expect(over(answers)).toHaveLength(1);
    expect(over(answers)[0]?.says).toHaveLength(3);
  });

  it('that never stood at the same time are none: 2 teams changed their minds together', () => {
    const answers: [string, Claims][] = [
      ['a', deals('OLD')],
      ['a', deals('FRESH')],
      ['b', deals('FRESH')],
    ];
    expect(over(answers)).toEqual([]);
  });

  it('stand open first, then the 1 that a changed answer ended', () => {
    const answers: [string, Claims][] = [
      ['a', { serviceDown: true, ...deals('OLD') }],
      ['b', { serviceDown: false, ...deals('FRESH') }],
      ['b', { serviceDown: false, ...deals('OLD') }],
    ];
    expect(over(answers).map(({ id, state }) => `${id} ${state}`)).toEqual([
      'service-down open',
      'deals changed',
    ]);
  });
});
