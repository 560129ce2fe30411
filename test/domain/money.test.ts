import fc from 'fast-check';
import { toAsks } from '../../domain/asks';
import { compareCodePoints } from '../../domain/code-points';
import { currencyExponent } from '../../domain/currencies';
import {
  divideHalfEven,
  Exact,
  formatMinor,
  parseMinor,
  parseScaled,
  toCommonScale,
} from '../../domain/money';
import { largestRemainder, splitUnits } from '../../domain/split';

describe('money', () => {
  it('knows currencies of 0, 2, 3 and 4 decimals and refuses what is none', () => {
    expect(['JPY', 'USD', 'KWD', 'CLF'].map(currencyExponent)).toEqual([0, 2, 3, 4]);
    expect(['KRW', 'BHD', 'EUR', 'XOF', 'MRU'].map(currencyExponent)).toEqual([0, 3, 2, 0, 2]);
    for (const text of ['usd', 'US', '', 'XAU', 'constructor', '$']) {
      expect(() => currencyExponent(text)).toThrow('expected an ISO 4217 currency code');
    }
  });

  it.each([
    ['12.34', 'USD', 1234n],
    ['12.3', 'USD', 1230n],
    ['12.3400000', 'USD', 1234n],
    ['1e2', 'USD', 10000n],
    ['1.5E+1', 'JPY', 15n],
    ['120e-1', 'JPY', 12n],
    ['0.001', 'KWD', 1n],
    ['0', 'USD', 0n],
    ['-0.00', 'USD', 0n],
    ['0e999999999', 'USD', 0n],
    ['10000000000000.00', 'USD', 10n ** 15n],
    ['0.1e1', 'JPY', 1n],
  ])('reads %s %s as %s minor units', (text, currency, minor) => {
    expect(parseMinor(text, currency)).toBe(minor);
  });

  it.each([
    ['12.345', 'USD', 'at most 2 decimals (USD), found "12.345"'],
    ['0.5', 'JPY', 'at most 0 decimals (JPY)'],
    ['1e-3', 'USD', 'at most 2 decimals (USD)'],
    ['-1', 'USD', 'an amount of 0 or more, found "-1"'],
    ['10000000000000.01', 'USD', 'at most 10000000000000.00 USD'],
    ['1e14', 'USD', 'at most 10000000000000.00 USD'],
    ['1e999999999', 'USD', 'at most 20 digits before the point'],
    [`1e${'9'.repeat(50)}`, 'USD', 'at most 20 digits before the point'],
    [`1e-${'9'.repeat(50)}`, 'USD', 'at most 20 decimals'],
    ['9'.repeat(1000), 'USD', 'at most 100 characters, found 1000'],
    ['', 'USD', 'a decimal number such as 12.34, found ""'],
    ['NaN', 'USD', 'a decimal number'],
    ['Infinity', 'USD', 'a decimal number'],
    ['1,000', 'USD', 'a decimal number'],
    ['0x10', 'USD', 'a decimal number'],
    [' 1', 'USD', 'a decimal number'],
    ['1.', 'USD', 'a decimal number'],
    ['.5', 'USD', 'a decimal number'],
    ['+1', 'USD', 'a decimal number'],
    ['007', 'USD', 'a decimal number'],
    ['١', 'USD', 'a decimal number'],
    ['1\n', 'USD', 'a decimal number'],
  ])('refuses %j in %s', (text, currency, message) => {
    expect(() => parseMinor(text, currency)).toThrow(`expected ${message}`);
  });

  it('takes -1.50 only where a sign is allowed', () => {
    expect(parseMinor('-1.50', 'USD', { negative: true })).toBe(-150n);
  });

  it('writes minor units with exactly the decimals of the currency', () => {
    const written = [1n, -1n, 0n, 100n, -12345n].map((minor) => formatMinor(minor, 'USD'));
    expect(written).toEqual(['0.01', '-0.01', '0.00', '1.00', '-123.45']);
    expect([formatMinor(7n, 'JPY'), formatMinor(7n, 'KWD')]).toEqual(['7', '0.007']);
  });

  it('reads back what it wrote, in any of 4 currencies', () => {
    const minors = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
    const law = fc.property(
      minors,
      fc.constantFrom('JPY', 'USD', 'KWD', 'CLF'),
      (minor, currency) => {
        expect(parseMinor(formatMinor(minor, currency), currency, { negative: true })).toBe(minor);
      },
    );
    fc.assert(law, { seed: 42, numRuns: 300 });
  });

  it('puts 3 averages on the longest scale without rounding', () => {
    const scaled = ['1.005', '2', '1e-4'].map(parseScaled);
    expect(toCommonScale(scaled)).toEqual([10050n, 20000n, 1n]);
    expect(toCommonScale([parseScaled('2')], 2)).toEqual([200n]);
  });

  it('rounds 0.5, 1.5 and 2.5 to the even neighbour', () => {
    expect([1n, 3n, 5n].map((num) => divideHalfEven(num, 2n))).toEqual([0n, 2n, 2n]);
    expect(new Exact('0.125').toDecimalPlaces(2).toString()).toBe('0.12');
    expect(new Exact(1).div(3).toString()).toHaveLength(52);
  });

  it('reads an empty average as none and names the investor of a bad one', () => {
    const row = { investorId: 'I-7', requested: 1n };
    expect(toAsks('USD', [{ ...row, average: '' }])[0]?.average).toBe(0n);
    expect(toAsks('USD', [{ ...row, average: '1.2345' }])[0]).toMatchObject({
      average: 12345n,
      averagePerMinor: 100n,
    });
    expect(() => toAsks('USD', [{ ...row, average: '-1' }])).toThrow('average of investor "I-7"');
    expect(() => toAsks('USD', [{ ...row, average: '1e14' }])).toThrow('expected at most');
  });
});

describe('splitUnits', () => {
  it('gives 11 by 60, 15, 25 as 6, 2, 3, not the leftover to the largest weight', () => {
    const weights = [60, 15, 25].map((weight, id) => ({ id: `w${id}`, weight: BigInt(weight) }));
    expect([...splitUnits(11n, weights).values()]).toEqual([6n, 2n, 3n]);
  });

  it('refuses to split over a weight of 0', () => {
    expect(() => splitUnits(1n, [])).toThrow('cannot split 1 units over a weight of 0');
    expect(() => splitUnits(-1n, [{ id: 'a', weight: 1n }])).toThrow('cannot split -1');
  });

  it('cuts a sum of 2 fractions that is not whole down to units', () => {
    const parts = ['b', 'a'].map((id) => ({ id, num: 17n }));
    expect([...largestRemainder({ den: 10n, parts })]).toEqual([
      ['b', 1n],
      ['a', 2n],
    ]);
  });
});

describe('compareCodePoints', () => {
  it('puts U+FB00 before U+1F600, where UTF-16 would not', () => {
    expect(['ﬀ', '😀'].sort()).toEqual(['😀', 'ﬀ']);
    expect(compareCodePoints('😀', 'ﬀ')).toBeGreaterThan(0);
  });

  it('orders any 2 texts as their UTF-8 bytes are ordered', () => {
    const text = fc.string({ unit: 'binary' });
    const law = fc.property(text, text, (a, b) => {
      const order = Math.sign(compareCodePoints(a, b));
      expect(order).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    });
    fc.assert(law, { seed: 42, numRuns: 1000 });
  });
});
