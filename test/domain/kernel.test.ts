import fc from 'fast-check';
import { certify } from '../../domain/certify';
import { askColumns, toColumn } from '../../domain/kernel/ask-columns';
import { certifyColumns } from '../../domain/kernel/certify-columns';
import { lostBy } from '../../domain/kernel/exact-product';
import { fillColumns } from '../../domain/kernel/fill-columns';
import { prorateColumns } from '../../domain/kernel/prorate-columns';
import { surveyColumns } from '../../domain/kernel/survey-columns';
import { prorate, type Ask } from '../../domain/prorate';
import { deal, publishedCases } from './deals';
import { anyWholeDeal } from './kernel-deals';

/** `npm run kernel-cases` takes 100,000 of each. */
const numRuns = Number(process.env['MAKEWHOLE_KERNEL_CASES'] ?? 2000);
const laws = { seed: 16_180, numRuns };

const divide = (allocation: bigint, asks: readonly Ask[]): bigint[] | undefined => {
  const columns = askColumns(allocation, asks);
  const shares = new Float64Array(asks.length).fill(-1);
  if (columns === undefined || prorateColumns(columns, shares) === undefined) return undefined;
  return [...shares].map(BigInt);
};
const plain = (allocation: bigint, asks: readonly Ask[]) => [...prorate(allocation, asks).values()];

describe('the kernel', () => {
  it.each(publishedCases().filter(({ rule }) => rule === undefined))(
    'divides the published case "$name" as prorate does',
    ({ allocation, investors }) => {
      const published = deal(allocation, investors);
      expect(divide(published.allocation, published.asks)).toEqual(
        plain(published.allocation, published.asks),
      );
    },
  );

  it(`equals prorate bit for bit in ${numRuns} deals of seed ${laws.seed}`, () => {
    let fast = 0;
    const law = fc.property(anyWholeDeal, ({ allocation, asks }) => {
      const shares = divide(allocation, asks);
      if (shares === undefined) return;
      fast += 1;
      expect(shares).toEqual(plain(allocation, asks));
    });
    fc.assert(law, laws);
    expect(fast).toBeGreaterThan(numRuns * 0.6);
  });

  it('finishes by sorting after 1 round as it does in up to 64, in 500 deals', () => {
    const law = fc.property(anyWholeDeal, ({ allocation, asks }) => {
      const columns = askColumns(allocation, asks);
      const filled = [64, 1].map((roundsMax) => {
        const tier = columns && surveyColumns(columns)?.history;
        const shares = new Float64Array(asks.length);
        if (tier === undefined) return undefined;
        const level = fillColumns(tier, { shares, roundsMax });
        return { level, shares, open: [...tier.places.subarray(0, level.openCount)] };
      });
      expect(filled[1]).toEqual(filled[0]);
    });
    fc.assert(law, { ...laws, numRuns: 500 });
  });

  it('knows to the last bit what 1000 float products lost', () => {
    const whole = fc.nat({ max: Number.MAX_SAFE_INTEGER });
    const law = fc.property(whole, whole, (a, b) => {
      expect(BigInt(a * b) + BigInt(lostBy(a, b))).toBe(BigInt(a) * BigInt(b));
    });
    fc.assert(law, { ...laws, numRuns: 1000 });
  });

  it(`certifies exactly what certify does in ${numRuns} deals of seed ${laws.seed}`, () => {
    const held = { yes: 0, no: 0 };
    const move = fc.record({ from: fc.nat(), to: fc.nat(), units: fc.integer({ min: 0, max: 2 }) });
    const law = fc.property(anyWholeDeal, move, ({ allocation, asks }, { from, to, units }) => {
      const right = plain(allocation, asks);
      const [giver, taker] = [from % (asks.length || 1), to % (asks.length || 1)];
      if (asks.length > 0 && (right[giver] ?? 0n) >= BigInt(units)) {
        right[giver] = (right[giver] ?? 0n) - BigInt(units);
        right[taker] = (right[taker] ?? 0n) + BigInt(units);
      }
      const columns = askColumns(allocation, asks);
      const claimed = toColumn(right);
      if (columns === undefined || claimed === undefined) return;
      const answer = certifyColumns(columns, claimed);
      if (answer === undefined) return;
      const shares = new Map(asks.map(({ investorId }, index) => [investorId, right[index] ?? 0n]));
      expect(answer).toBe(certify({ allocation, asks, shares }).holds);
      held[answer ? 'yes' : 'no'] += 1;
    });
    fc.assert(law, laws);
    expect(Math.min(held.yes, held.no)).toBeGreaterThan(numRuns * 0.15);
  });
});
