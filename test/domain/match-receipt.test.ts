import fc from 'fast-check';
import { isCovered, matchReceipt } from '../../domain/match-receipt';

const invoice = { amount: 354_064n, credited: 0n };

describe('matchReceipt', () => {
  it.each([
    ['exact', 354_064n, 0n, { credited: 354_064n, inSuspense: 0n, invoice: 'paid' }],
    ['short', 354_063n, 0n, { credited: 354_063n, inSuspense: 0n, invoice: 'short' }],
    ['exact', 1n, 354_063n, { credited: 1n, inSuspense: 0n, invoice: 'paid' }],
    ['over', 354_065n, 0n, { credited: 354_064n, inSuspense: 1n, invoice: 'over' }],
    ['over', 3n, 354_063n, { credited: 1n, inSuspense: 2n, invoice: 'over' }],
    ['twice', 354_064n, 354_064n, { credited: 0n, inSuspense: 354_064n }],
  ] as const)('is %s for %d after %d of 354,064', (match, received, credited, expected) => {
    expect(matchReceipt(received, { ...invoice, credited })).toEqual({ match, ...expected });
  });

  it('is unknown without an invoice, and all of it in suspense', () => {
    const expected = { match: 'unknown', credited: 0n, inSuspense: 5n };
    expect(matchReceipt(5n)).toEqual(expected);
  });

  it('credits an invoice with its amount at most, and loses no unit, over 300 receipts', () => {
    const amounts = fc.array(fc.bigInt({ min: 1n, max: 1000n }), { maxLength: 12 });
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 3000n }), amounts, (amount, receipts) => {
        let credited = 0n;
        let suspended = 0n;
        for (const received of receipts) {
          const found = matchReceipt(received, { amount, credited });
          credited += found.credited;
          suspended += found.inSuspense;
          if (isCovered(found.invoice)) expect(credited).toBe(amount);
        }
        expect(credited).toBeLessThanOrEqual(amount);
        expect(credited + suspended).toBe(receipts.reduce((sum, each) => sum + each, 0n));
      }),
      { seed: 42, numRuns: 300 },
    );
  });
});

describe('an invoice', () => {
  it('covers its units when paid or more than paid, and at no 3rd state', () => {
    const states = ['paid', 'over', 'issued', 'short', undefined] as const;
    expect(states.map(isCovered)).toEqual([true, true, false, false, false]);
  });
});
