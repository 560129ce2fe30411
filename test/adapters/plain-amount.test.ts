import fc from 'fast-check';
import { parseAverage } from '../../domain/asks';
import { currencyExponent } from '../../domain/currencies';
import { parseMinor } from '../../domain/money';
import { isPlainAverage, plainMinor } from '../../scripts/import/plain-amount';

const currencies = ['JPY', 'USD', 'KWD', 'CLF'];
const written = fc
  .tuple(fc.nat(), fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 6 }))
  .map(([digits, zeros, decimals]) => {
    const text = `${digits}${'0'.repeat(zeros)}`.padStart(decimals + 1, '0');
    return decimals === 0 ? text : `${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
  });
const odd = fc.stringMatching(/^[-+]?[0-9]{0,16}[.e, ]?[0-9]{0,4}$/);

describe('an amount as it is usually written', () => {
  it('reads as the exact reader reads it, in 4 currencies, or is left to that: 2,000 texts', () => {
    const law = fc.property(
      fc.oneof(written, odd),
      fc.constantFrom(...currencies),
      (text, currency) => {
        const minor = plainMinor(text, currencyExponent(currency));
        if (minor !== undefined) expect(minor).toBe(String(parseMinor(text, currency)));
        if (isPlainAverage(text)) expect(() => parseAverage(text, currency)).not.toThrow();
      },
    );
    fc.assert(law, { numRuns: 2_000, seed: 2026 });
  });

  it.each([
    ['0.50', 2, '50'],
    ['0.00', 2, '0'],
    ['1234', 0, '1234'],
    ['9999999999999.99', 2, '999999999999999'],
    ['0.007', 3, '7'],
    ['12', 2, undefined],
    ['12.3', 2, undefined],
    ['10000000000000.00', 2, undefined],
    ['-1.00', 2, undefined],
    ['01.00', 2, undefined],
  ])('%s with %i decimals is %s', (text, decimals, minor) => {
    expect(plainMinor(text, decimals)).toBe(minor);
  });
});
