import { deviationOf, type Size } from '../../domain/sizing';

const unknown = { deals: null, investors: null, amount: null, currency: null, hours: null };
const compare = (estimate: Partial<Size>, actual: Partial<Size>) =>
  deviationOf({
    estimate: { ...unknown, ...estimate },
    actual: { ...unknown, ...actual },
    factor: '2',
  });

describe('deviationOf', () => {
  it.each([
    ['2 of 2 deals', { deals: 2 }, { deals: 2 }, '1.00', false],
    ['exactly twice as many', { deals: 2 }, { deals: 4 }, '2.00', false],
    ['1 more than twice as many', { deals: 2 }, { deals: 5 }, '2.50', true],
    ['exactly half as many', { deals: 4 }, { deals: 2 }, '0.50', false],
    ['1 less than half', { deals: 4 }, { deals: 1 }, '0.25', true],
    ['none where some were thought of', { deals: 1 }, { deals: 0 }, '0.00', true],
    ['some where none were thought of', { deals: 0 }, { deals: 1 }, null, true],
    ['none where none were thought of', { deals: 0 }, { deals: 0 }, null, false],
  ] as const)('%s: %j found as %j is %s times that', (_what, estimate, actual, ratio, outside) => {
    const found = compare(estimate, actual);
    expect(found.ratio.deals).toBe(ratio);
    expect(found.outside).toEqual(outside ? ['deals'] : []);
  });

  it('compares exactly: 1 cent above twice is outside, though it reads 2.00', () => {
    const amounts = compare({ amount: '8000' }, { amount: '16000.01' });
    expect(amounts).toMatchObject({ ratio: { amount: '2.00' }, outside: ['amount'] });
    const hours = compare({ hours: '40' }, { hours: '19.99' });
    expect(hours).toMatchObject({ ratio: { hours: '0.50' }, outside: ['hours'] });
  });

  it('says nothing of 4 sizes that nobody has thought of, or found', () => {
    const none = { deals: null, investors: null, amount: null, hours: null };
    expect(compare({}, { deals: 9, investors: 9, amount: '9', hours: '9' })).toEqual({
      ratio: none,
      outside: [],
    });
    expect(compare({ deals: 9, hours: '9' }, {})).toEqual({ ratio: none, outside: [] });
  });
});
