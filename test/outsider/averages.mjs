/** The definition of an average, and the order of history, for the programs beside it. */
import { byId, exponentOf } from './folder.mjs';

/** Averages are compared as whole numbers of 10^-20, which no average is finer than. */
export const averageDecimals = 20;

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0n);

/** By closing, then by id. */
export function inClosingOrder(deals) {
  return deals.toSorted((a, b) => {
    if (a.closedOn !== b.closedOn) return a.closedOn < b.closedOn ? -1 : 1;
    return byId(a, b);
  });
}

/** The mean of what somebody had before that day in that currency, in units of 10^-20. */
export function averageOf({ opening, past }, { currency, closedOn }) {
  const earlier = past.filter(
    (each) => each.currency === currency && each.on < closedOn && each.got > 0n,
  );
  let [total, count] = [sum(earlier.map(({ got }) => got)), BigInt(earlier.length)];
  if (opening?.currency === currency)
    [total, count] = [total + opening.total, count + opening.count];
  if (count === 0n) return 0n;
  const [top, bottom] = [total * 10000n, count * 10n ** BigInt(exponentOf(currency))];
  const [floor, twice] = [top / bottom, 2n * (top % bottom)];
  const up = twice > bottom || (twice === bottom && floor % 2n === 1n);
  return (floor + (up ? 1n : 0n)) * 10n ** BigInt(averageDecimals - 4);
}
