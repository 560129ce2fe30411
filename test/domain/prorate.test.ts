import fc from 'fast-check';
import { prorate } from '../../domain/prorate';
import { ruleById } from '../../domain/rule-catalogue';
import { anyDeal, ask, deal, publishedCases, shown } from './deals';
import { naiveProrate } from './naive-prorate';

const laws = { seed: 42, numRuns: 1000 };
const sum = (amounts: Iterable<bigint>) => [...amounts].reduce((all, amount) => all + amount, 0n);
const units = (shares: Map<string, bigint>) => {
  return Object.fromEntries([...shares].map(([id, share]) => [id, Number(share)]));
};

describe('prorate', () => {
  it('knows all 9 published cases', () => {
    expect(publishedCases()).toHaveLength(9);
  });

  it.each(publishedCases())('answers the published case "$name" to the cent', (published) => {
    const { allocation, asks } = deal(published.allocation, published.investors);
    const rule = ruleById(published.rule ?? 'prorate@1');
    expect(shown(rule!.allocate(allocation, asks))).toEqual(published.expected);
  });

  it('keeps raising the rate until no unit is stranded: d gets 24, not 16', () => {
    const asks = [ask('a', 40, 100), ask('b', 20, 50), ask('c', 16, 30), ask('d', 200, 20)];
    expect(units(prorate(100n, asks))).toEqual({ a: 40, b: 20, c: 16, d: 24 });
  });

  it('gives an investor owed exactly 12 of 15 exactly 12', () => {
    // Leftover units by position or by size would pay `a` 13 and take it from `c`.
    const asks = [ask('a', 99, 80), ask('b', 99, 8), ask('c', 99, 12)];
    expect(units(prorate(15n, asks))).toEqual({ a: 12, b: 1, c: 2 });
  });

  it('gives a tied unit to the smaller id, whoever asked first', () => {
    expect(units(prorate(5n, [ask('z', 9, 1), ask('a', 9, 1)]))).toEqual({ z: 2, a: 3 });
  });

  it('breaks ties by code point: U+FB00 before U+1F600', () => {
    const shares = prorate(5n, [ask('😀', 9, 1), ask('ﬀ', 9, 1)]);
    expect([...shares]).toEqual([
      ['😀', 2n],
      ['ﬀ', 3n],
    ]);
  });

  it('gives the 2 units of a last-unit tie to people whose request they just meet', () => {
    expect(units(prorate(5n, [ask('a', 3, 1), ask('b', 3, 1)]))).toEqual({ a: 3, b: 2 });
  });

  it('never rounds averages: 0.004 more of 1000 decides who gets the last cent', () => {
    const { allocation, asks } = deal('0.01', { a: ['5', '1000'], b: ['5', '1000.004'] });
    expect(shown(prorate(allocation, asks))).toEqual({ a: '0.00', b: '0.01' });
  });

  it('gives newcomers nothing while one unit is wanted by somebody with a history', () => {
    const asks = [ask('old', 100, 1), ask('new', 50, 0)];
    expect(units(prorate(100n, asks))).toEqual({ old: 100, new: 0 });
    expect(units(prorate(99n, asks))).toEqual({ old: 99, new: 0 });
  });

  it('shares the 31 left between 3 newcomers equally, capped at 5, the odd unit to n2', () => {
    const asks = [ask('n3', 90, 0), ask('n2', 90, 0), ask('old', 9, 7), ask('n1', 5, 0)];
    expect(units(prorate(40n, asks))).toEqual({ n3: 13, n2: 13, old: 9, n1: 5 });
    expect(units(prorate(41n, asks))).toEqual({ n3: 13, n2: 14, old: 9, n1: 5 });
  });

  it('shares equally when all 3 averages are zero', () => {
    const asks = [ask('a', 100, 0), ask('b', 100, 0), ask('c', 10, 0)];
    expect(units(prorate(90n, asks))).toEqual({ a: 40, b: 40, c: 10 });
  });

  it('answers 0 for everybody when the allocation is 0', () => {
    expect(units(prorate(0n, [ask('a', 5, 1), ask('b', 0, 1), ask('c', 5, 0)]))).toEqual({
      a: 0,
      b: 0,
      c: 0,
    });
    expect(prorate(0n, []).size).toBe(0);
  });

  it('answers in the order of the asks, also for names like 10 and __proto__', () => {
    const asks = [ask('b', 1, 1), ask('10', 1, 1), ask('__proto__', 1, 1), ask('9', 1, 0)];
    expect([...prorate(9n, asks).keys()]).toEqual(['b', '10', '__proto__', '9']);
  });

  it('refuses a second ask of 1 investor and negative amounts', () => {
    expect(() => prorate(5n, [ask('a', 1, 1), ask('a', 1, 1)])).toThrow('investor a asks twice');
    expect(() => prorate(-1n, [])).toThrow('negative');
    expect(() => prorate(1n, [ask('a', -1, 1)])).toThrow('negative');
    expect(() => prorate(1n, [ask('a', 1, -1)])).toThrow('below zero');
  });

  it('pays out exactly min(allocation, all requests) and nobody above their request', () => {
    const law = fc.property(anyDeal, ({ allocation, asks }) => {
      const shares = prorate(allocation, asks);
      const wanted = sum(asks.map((each) => each.requested));
      expect(sum(shares.values())).toBe(allocation < wanted ? allocation : wanted);
      for (const { investorId, requested } of asks) {
        const share = shares.get(investorId)!;
        expect(share >= 0n && share <= requested).toBe(true);
      }
    });
    fc.assert(law, laws);
  });

  it('gives the same shares in any of the orders of its asks', () => {
    const anyKeys = fc.array(fc.nat(), { minLength: 9, maxLength: 9 });
    const law = fc.property(anyDeal, anyKeys, ({ allocation, asks }, keys) => {
      const shuffled = asks
        .map((each, index) => ({ each, key: keys[index]! }))
        .sort((a, b) => a.key - b.key)
        .map(({ each }) => each);
      const sorted = (shares: Map<string, bigint>) =>
        [...shares].sort(([a], [b]) => (a < b ? -1 : 1));
      expect(sorted(prorate(allocation, shuffled))).toEqual(sorted(prorate(allocation, asks)));
    });
    fc.assert(law, laws);
  });

  it('gives the same shares when all averages are multiplied by 1 factor', () => {
    const factor = fc.bigInt({ min: 1n, max: 10n ** 12n });
    const law = fc.property(anyDeal, factor, ({ allocation, asks }, by) => {
      const scaled = asks.map((each) => ({ ...each, average: each.average * by }));
      expect(prorate(allocation, scaled)).toEqual(prorate(allocation, asks));
    });
    fc.assert(law, laws);
  });

  it('agrees with the rule written naively in fractions, in 2000 deals', () => {
    const law = fc.property(anyDeal, ({ allocation, asks }) => {
      const naive = naiveProrate(allocation, asks);
      const shares = prorate(allocation, asks);
      for (const { investorId } of asks) {
        expect([investorId, shares.get(investorId)]).toEqual([investorId, naive.get(investorId)]);
      }
    });
    fc.assert(law, { ...laws, numRuns: 2000 });
  });
});
