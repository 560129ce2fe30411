import { join } from 'node:path';
import {
  letsStand,
  planRule,
  sizesOf,
  sizesTogether,
  tierOf,
  type AmountTier,
} from '../../domain/approval-tiers';
import { tally, type CountedVote } from '../../domain/gate-tally';
import type { DealTotals } from '../../domain/plan';
import { tiedTo, type StandIn } from '../../domain/stand-in-ties';
import { loadPack } from '../../policies/load-pack';

const tiers: AmountTier[] = [
  {
    from: { USD: { total: '1000.00', line: '400.00' }, JPY: { total: '9000', line: '5000' } },
    further: [['management'], ['legal', 'finance']],
  },
  {
    from: { USD: { total: '5000.00', line: '2000.00' } },
    further: [['management', 'legal', 'finance']],
  },
];
const totals = (given: Partial<DealTotals>): DealTotals => ({
  ...{ currency: 'USD', out: {}, in: {}, units: '0.00', letStand: '0.00', largest: '0.00' },
  ...given,
});
const yen = { currency: 'JPY', units: '0', letStand: '0', largest: '0' };
const tierWith = (...deals: Partial<DealTotals>[]) => tierOf(tiers, sizesOf(deals.map(totals)));

describe('the tier of a plan', () => {
  it.each<[string, Partial<DealTotals>[], number]>([
    ['1 cent below either limit', [{ out: { firm: '999.99' }, largest: '399.99' }], 0],
    ['a total at the limit', [{ out: { firm: '1000.00' }, largest: '1.00' }], 1],
    [
      'a line at the limit, however small the total',
      [{ letStand: '400.00', largest: '400.00' }],
      1,
    ],
    ['2 deals of one currency together', [{ in: { spv: '600' } }, { units: '400.00' }], 1],
    ['the 2nd limit by its line alone', [{ out: { firm: '2000' }, largest: '2000.00' }], 2],
    ['1 currency that no tier names', [{ currency: 'EUR', largest: '0.01' }], 2],
    ['1 currency named by the first tier only', [{ ...yen, out: { firm: '9999999' } }], 1],
    ['2 currencies, by the one that reaches more', [{ currency: 'EUR' }, { units: '1.00' }], 2],
    ['nothing at all', [], 0],
  ])('by %s', (_, deals, tier) => {
    expect(tierWith(...deals)).toBe(tier);
  });

  it('is 0 under a pack that names no tiers, whatever the amount', () => {
    const kwd = totals({ currency: 'KWD', units: '999999.000', letStand: '0.000' });
    expect(tierOf([], sizesOf([{ ...kwd, largest: '999999.000' }]))).toBe(0);
  });
});

type Given = Partial<DealTotals>;

describe('the tier of a plan after others of its incident', () => {
  const usd = (out: string, largest = '1.00') => ({ out: { firm: out }, largest });
  const eur = { currency: 'EUR', out: { firm: '999999.99' }, largest: '999999.99' };
  it.each<[string, Given[], Given[][], number]>([
    ['two of 500.00 are as large as one of 1,000.00', [usd('500.00')], [[usd('500.00')]], 1],
    ['1 cent less is not', [usd('500.00')], [[usd('499.99')]], 0],
    ['ten slices of 500.00 reach the 2nd', [usd('500')], Array(9).fill([usd('500.00')]), 2],
    ['what stood before counts too', [usd('1.00')], [[{ letStand: '999.00' }]], 1],
    ['several deals of one earlier plan count', [usd('1')], [[usd('499'), usd('500')]], 1],
    ['another currency does not', [usd('500.00')], [[eur]], 0],
    ["an earlier plan's largest line does not", [usd('1.00')], [[usd('1.00', '399.00')]], 0],
    ['nothing at all stays nothing', [], [[usd('9999.00')]], 0],
  ])('%s', (_, own, earlier, tier) => {
    const before = earlier.map((deals) => sizesOf(deals.map(totals)));
    expect(tierOf(tiers, sizesTogether(sizesOf(own.map(totals)), before))).toBe(tier);
  });
});

describe('a plan that lets 0.01 stand', () => {
  it('needs customer success besides, at every tier', () => {
    const stands = letsStand([totals({}), totals({ letStand: '0.01' })]);
    expect([stands, letsStand([totals({}), totals(yen)])]).toEqual([true, false]);
    for (const tier of [0, 1, 2]) {
      const [roles, others] = [
        { tier, stands },
        { tier, stands: false },
      ].map((of) => planRule(tiers, of).seats.flatMap((each) => each.roles));
      expect(roles).toEqual([...others!, 'customer-success']);
    }
  });
});

describe('the votes a plan needs', () => {
  const receipts = [{ person: 'mary', roles: ['management'] }];
  const yes = (person: string, ...roles: string[]): CountedVote => {
    return { person, roles, decision: 'approve' };
  };
  const two = [yes('lena', 'legal'), yes('finn', 'finance')];
  const stands = (tier: number, ...votes: CountedVote[]) =>
    tally({
      ...{ rule: planRule(tiers, { tier, stands: false }), votes: [...two, ...votes] },
      ...{ receipts, makers: [] },
    });

  it('are legal and finance at the 1st tier, and 1 of management or 2 more from the 2nd', () => {
    expect(stands(0)).toMatchObject({ state: 'passed' });
    expect(stands(1)).toEqual({ state: 'open', missing: ['management'] });
    expect(stands(1, yes('mary', 'management')).state).toBe('passed');
    expect(stands(1, yes('lou', 'legal'), yes('fred', 'finance')).state).toBe('passed');
    expect(stands(1, yes('lou', 'legal'))).toEqual({ state: 'open', missing: ['management'] });
  });

  it('are 5 people at the 3rd: one with 2 roles fills 1 of the seats', () => {
    const more = [yes('lou', 'legal', 'management'), yes('fred', 'finance')];
    expect(stands(2, ...more)).toEqual({ state: 'open', missing: ['legal'] });
    expect(stands(2, ...more, yes('max', 'management')).state).toBe('passed');
  });

  it('grow with the tiers of each pack: every limit above the one before', () => {
    const { pack } = loadPack({ folder: join(__dirname, '../../policies'), name: 'us-private' });
    const given = pack.approvalTiers!.value;
    expect(given).toHaveLength(2);
    for (const currency of Object.keys(given[1]!.from)) {
      const [low, high] = given.map(({ from }) => Number(from[currency]!.total));
      expect(high).toBeGreaterThan(low!);
    }
  });
});

describe('who stands in for somebody', () => {
  const from = '2026-11-02T00:00:00.000Z';
  const until = '2026-11-09T00:00:00.000Z';
  const standIns: StandIn[] = [
    { person: 'lena', standIn: 'lou', from, until },
    { person: 'lou', standIn: 'leo', from, until },
  ];
  const tied = (person: string, ...[openedAt, at]: [string, string]) =>
    tiedTo(standIns, { person, openedAt, at });

  it('is one with them both ways, and no further: 3 people in a row are not one', () => {
    const [opened, at] = ['2026-11-03T00:00:00.000Z', '2026-11-04T00:00:00.000Z'];
    expect(tied('lena', opened, at)).toEqual(['lou']);
    expect(tied('lou', opened, at)).toEqual(['lena', 'leo']);
    expect(tied('mary', opened, at)).toEqual([]);
  });

  it('is one with them where it held 1 instant between the opening and the vote', () => {
    const [before, later] = ['2026-11-01T00:00:00.000Z', '2026-11-20T00:00:00.000Z'];
    expect(tied('lena', before, later)).toEqual(['lou']);
    expect(tied('lena', before, from)).toEqual(['lou']);
    expect(tied('lena', before, '2026-11-01T23:59:59.999Z')).toEqual([]);
    expect(tied('lena', until, later)).toEqual([]);
  });
});
