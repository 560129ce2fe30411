import fc from 'fast-check';
import { askColumns } from '../../domain/kernel/ask-columns';
import { ruleCatalogue } from '../../domain/rule-catalogue';
import { anyWholeDeal } from './kernel-deals';

/** `npm run kernel-cases` takes 100,000 for all rules together. */
const numRuns = Math.ceil(Number(process.env['MAKEWHOLE_KERNEL_CASES'] ?? 2000) / 9);

describe('a rule in columns', () => {
  it('is there for all 9 of the catalogue', () => {
    const plain = ruleCatalogue.filter(({ inColumns }) => inColumns === undefined);
    expect(plain.map(({ id }) => id)).toEqual([]);
  });

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
