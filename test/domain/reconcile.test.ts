import { reconcile, type Flow, type Sides } from '../../domain/reconcile';

const out = (account: string, amount: bigint): Flow => {
  return { direction: 'out', account, currency: 'USD', amount };
};
const into = (account: string, amount: bigint): Flow => ({
  ...out(account, amount),
  direction: 'in',
});
const flows = [out('firm', 708_128n), out('firm', 1_086n), out('spv:F', 354_064n)];
const settled = [...flows, into('spv:F', 354_064n)];
const parked = (flow: Flow) => ({ ...flow, what: 'refused', owner: 'finance' });
const sides = (changes: Partial<Sides> = {}): Sides => {
  return { owed: settled, booked: settled, moved: settled, parked: [], ...changes };
};

describe('reconcile', () => {
  it('gives out 10,632.78 and in 3,540.64 apart, never 7,092.14 netted', () => {
    const found = reconcile(sides());
    const same = (sum: string) => ({ owed: sum, booked: sum, moved: sum, difference: '0.00' });
    expect(found.out).toEqual({ USD: same('10632.78') });
    expect(found.in).toEqual({ USD: same('3540.64') });
    expect(found).toMatchObject({ explained: true, differences: [] });
    expect(
      found.perAccount.map(({ account, direction, moved }) => [account, direction, moved]),
    ).toEqual([
      ['firm', 'out', '7092.14'],
      ['spv:F', 'in', '3540.64'],
      ['spv:F', 'out', '3540.64'],
    ]);
  });

  it('finds 1 cent that moved and was not booked', () => {
    const found = reconcile(sides({ moved: [...settled, out('firm', 1n)] }));
    expect(found.explained).toBe(false);
    expect(found.differences).toEqual([
      'out of firm: 7092.14 USD is booked, the statement shows 7092.15 USD',
      'out of firm: 7092.14 USD is owed, 7092.15 USD has moved, 0.00 USD of it waits with an owner',
    ]);
  });

  it('finds 1 cent that was booked and never moved, though what is owed was paid', () => {
    const found = reconcile(sides({ booked: [...settled, out('firm', 1n)] }));
    expect(found.differences).toHaveLength(1);
  });

  it('explains a refused payment of 10.86 that waits with finance, and no payment of 10.87', () => {
    const rest = settled.filter(({ amount }) => amount !== 1_086n);
    const open = { booked: rest, moved: rest };
    const known = reconcile(sides({ ...open, parked: [parked(out('firm', 1_086n))] }));
    expect(known).toMatchObject({ explained: true, out: { USD: { difference: '10.86' } } });
    expect(known.parked).toEqual([{ what: 'refused', owner: 'finance' }]);
    const other = reconcile(sides({ ...open, parked: [parked(out('firm', 1_087n))] }));
    expect(other.explained).toBe(false);
  });

  it('explains a surplus of 0.50 in suspense as a difference below zero', () => {
    const more = [...settled, into('spv:F', 50n)];
    const changes = { booked: more, moved: more, parked: [parked(into('spv:F', -50n))] };
    const found = reconcile(sides(changes));
    expect(found).toMatchObject({ explained: true, in: { USD: { difference: '-0.50' } } });
  });

  it('does not let one account make up for another, though the totals agree', () => {
    const swapped = [out('firm', 708_128n), out('spv:F', 1_086n), out('spv:F', 354_064n)];
    const moved = [...swapped, into('spv:F', 354_064n)];
    const found = reconcile(sides({ moved, booked: moved }));
    expect(found.out['USD']?.difference).toBe('0.00');
    expect(found.differences).toHaveLength(2);
  });

  it('keeps 2 currencies apart and names both on each side', () => {
    const both = [out('firm', 500n), { ...out('firm', 500n), currency: 'JPY' }];
    const found = reconcile({ owed: both, booked: both, moved: both, parked: [] });
    expect(Object.entries(found.out).map(([currency, { moved }]) => [currency, moved])).toEqual([
      ['JPY', '500'],
      ['USD', '5.00'],
    ]);
    expect(found.in['JPY']?.owed).toBe('0');
  });

  it('is explained where 0 lines are owed and nothing moved', () => {
    expect(reconcile({ owed: [], booked: [], moved: [], parked: [] })).toMatchObject({
      explained: true,
      out: {},
      in: {},
    });
  });
});
