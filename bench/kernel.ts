import { certifyColumns } from '../domain/kernel/certify-columns';
import { prorateColumns } from '../domain/kernel/prorate-columns';
import { prorate } from '../domain/prorate';
import { alternate, type Figure } from './alternate';
import { dealsToDivide, type DealToDivide } from './deals-to-divide';
import { decimalProrate } from './decimal-prorate';

type Sizes = { readonly deals: number; readonly investors: number };

/** About as many investors in every round, so that small deals are not lost in the clock. */
const investorsPerRound = 100_000;

const sizes: readonly Sizes[] = [1_000, 10_000, 100_000, 1_000_000].map((investors) => {
  return { deals: Math.max(1, investorsPerRound / investors), investors };
});
const platform: Sizes = { deals: 10_000, investors: 100 };

/**
 * The typed kernel beside sorting alone, BigInt and decimal.js.
 *
 * Units: nanoseconds an investor, medians of alternating rounds.
 */
export async function benchKernel(size: number | undefined): Promise<Figure[]> {
  const chosen = size === undefined ? [...sizes, platform] : [{ deals: 1, investors: size }];
  const figures: Figure[] = [];
  for (const each of chosen) figures.push(...(await benchSize(each)));
  return figures;
}

async function benchSize({ deals, investors }: Sizes): Promise<Figure[]> {
  const name = deals > 1 ? `${deals} deals × ${investors}` : `n = ${investors}`;
  const goal = deals === platform.deals ? 2.5 : investors >= 10_000 ? 1 : undefined;
  const material = dealsToDivide({ deals, investors });
  const shares = new Float64Array(investors);
  const ours = () => {
    for (const { columns } of material) prorateColumns(columns, shares);
  };
  const shown = { ours, per: { count: deals * investors, unit: 'ns/investor' } } as const;
  // The slow baselines show an order of magnitude, which a round of a million shows as well.
  const small = { ...shown, rounds: deals * investors > investorsPerRound ? 1 : 5 };
  const sorted = { ...shown, ...(goal === undefined ? {} : { goal }), rounds: 21 };
  return [
    await alternate({ what: `${name}: a float sort`, ...sorted, baseline: sortAlone(material) }),
    await alternate({
      what: `${name}: BigInt`,
      ...small,
      baseline: () => {
        for (const { allocation, asks } of material) prorate(allocation, asks);
      },
    }),
    await alternate({
      what: `${name}: decimal.js`,
      ...small,
      baseline: () => {
        for (const { columns } of material) decimalProrate(columns);
      },
    }),
    await alternate({
      what: `${name}: certifying, beside dividing`,
      ...shown,
      ours: certifyAlone(material),
      baseline: ours,
    }),
  ];
}

/** The least a sorting method could do: sort the rates, then pass once over the shares. */
function sortAlone(material: readonly DealToDivide[]): () => void {
  const rated = material.map(({ columns: { requested, weights } }) => {
    return { requested, weights, rates: requested.map((r, place) => r / (weights[place] ?? 1)) };
  });
  const room = new Float64Array(rated[0]?.rates.length ?? 0);
  return () => {
    for (const { requested, weights, rates } of rated) {
      room.set(rates);
      room.sort();
      const rate = room[room.length >> 1] ?? 0;
      for (let place = 0; place < room.length; place += 1) {
        room[place] = Math.min(requested[place] ?? 0, rate * (weights[place] ?? 0));
      }
    }
  };
}

function certifyAlone(material: readonly DealToDivide[]): () => void {
  const divided = material.map(({ columns }) => {
    const shares = new Float64Array(columns.requested.length);
    prorateColumns(columns, shares);
    return { columns, shares };
  });
  return () => {
    for (const { columns, shares } of divided) certifyColumns(columns, shares);
  };
}
