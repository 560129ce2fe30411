import fc from 'fast-check';
import type { Ask } from '../../domain/prorate';

type Whole = { readonly allocation: bigint; readonly asks: readonly Ask[] };

/** Ids whose order by UTF-16 units, by code point and by row differ. */
const names = ['😀', 'ﬀ', 'b', 'a', 'A', '10', '9', '__proto__', 'zz', 'é', 'z', '0'];

const chance = (max: bigint) => fc.bigInt({ min: 0n, max });

/** Few different numbers, so that rates, rests and requests tie. */
const tied: fc.Arbitrary<Row[]> = rows(fc.record({ requested: chance(6n), average: chance(3n) }));

/** Anything up to a bound, on both sides of where floats are exact. */
const wide: fc.Arbitrary<Row[]> = fc
  .tuple(
    fc.constantFrom(10n, 10n ** 6n, 10n ** 12n, 2n ** 50n, 2n ** 53n),
    fc.constantFrom(...sizes()),
  )
  .chain(([requestMax, averageMax]) =>
    rows(
      fc.record({
        requested: fc.oneof(
          chance(requestMax),
          chance(9n).map((d) => requestMax - (d % requestMax)),
        ),
        average: fc.oneof(
          { weight: 5, arbitrary: chance(averageMax) },
          { weight: 1, arbitrary: chance(9n).map((d) => averageMax - (d % averageMax)) },
          { weight: 1, arbitrary: fc.constant(0n) },
        ),
      }),
    ),
  );

/** Each caps the next only after the one before has left: many rounds. */
const deep: fc.Arbitrary<Row[]> = fc
  .tuple(fc.integer({ min: 1, max: 90 }), fc.boolean(), fc.integer({ min: 1, max: 3 }))
  .map(([depth, backwards, step]) => {
    const ladder = Array.from({ length: depth }, (_, rung) => ({
      requested: BigInt(1 + rung * rung * step),
      average: BigInt(1 + (depth - rung)),
    }));
    return backwards ? ladder.reverse() : ladder;
  });

type Row = { readonly requested: bigint; readonly average: bigint };

function sizes(): bigint[] {
  return [1n, 10n ** 4n, 10n ** 9n, 2n ** 48n, 2n ** 52n, 2n ** 53n];
}

function rows(row: fc.Arbitrary<Row>): fc.Arbitrary<Row[]> {
  return fc.array(row, { maxLength: 14 });
}

/** A deal to try a fast division on: ties, caps, no history, the ends of floats, deep cascades. */
export const anyWholeDeal: fc.Arbitrary<Whole> = fc
  .record({
    rows: fc.oneof({ weight: 4, arbitrary: tied }, { weight: 5, arbitrary: wide }, deep),
    part: fc.integer({ min: 0, max: 1100 }),
    off: fc.integer({ min: -2, max: 2 }),
    turn: fc.nat({ max: 11 }),
  })
  .map(({ rows: given, part, off, turn }) => {
    const wanted = given.reduce((sum, { requested }) => sum + requested, 0n);
    const near = (wanted * BigInt(part)) / 1000n + BigInt(off);
    const asks = given.map((row, index) => ({ ...row, investorId: nameOf(index + turn) }));
    return { allocation: near < 0n ? 0n : near, asks };
  });

const nameOf = (index: number): string => {
  const name = names[index % names.length] ?? '';
  return index < names.length ? name : `${name}${index}`;
};
