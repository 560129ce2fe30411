import fc from 'fast-check';
import { askColumns } from '../../domain/kernel/ask-columns';
import { ruleById, ruleCatalogue } from '../../domain/rule-catalogue';
import { ask } from './deals';
import { anyWholeDeal } from './kernel-deals';

/** `npm run kernel-cases` takes 100,000 for all rules together. */
const numRuns = Math.ceil(Number(process.env['MAKEWHOLE_KERNEL_CASES'] ?? 2000) / 9);

describe('a rule in columns', () => {
  it('is there for all 9 of the catalogue', () => {
    const plain = ruleCatalogue.filter(({ inColumns }) => inColumns === undefined);
    expect(plain.map(({ id }) => id)).toEqual([]);
  });

  it.each(['single-redistribution', 'drifting-weights', 'request-weights'])(
    '%s leaves a tie to exact integers: 3 rests of 1/3, one of them 1.333… in floats',
    (id) => {
      const asks = [ask('a', 9, 4), ask('b', 9, 1), ask('c', 9, 1)];
      const [rule, columns] = [ruleById(id), askColumns(2n, asks)];
      expect(columns && rule?.inColumns?.(columns, new Float64Array(3))).toBe(false);
      expect([...rule!.allocate(2n, asks).values()]).toEqual([2n, 0n, 0n]);
    },
  );

  it.each(ruleCatalogue)(`$id answers as plain, or not at all, in ${numRuns} deals`, (rule) => {
    let fast = 0;
    const perMinor = fc.constantFrom(1n, 10n, 100n, 1000n);
    const law = fc.property(anyWholeDeal, perMinor, ({ allocation, asks }, averagePerMinor) => {
      const scaled = asks.map((each) => ({ ...each, averagePerMinor }));
      const columns = askColumns(allocation, scaled);
      const shares = new Float64Array(asks.length).fill(-1);
      if (columns === undefined || rule.inColumns?.(columns, shares) !== true) return;
      fast += 1;
      const plain = [...rule.allocate(allocation, scaled).values()];
      expect([...shares].map(BigInt)).toEqual(plain);
    });
    fc.assert(law, { seed: 16_180, numRuns });
    expect(fast).toBeGreaterThan(numRuns / 20);
  });
});
