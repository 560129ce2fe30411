import { divideColumns, type CutTier } from '../kernel/divide-columns';
import type { Ask } from '../prorate';
import { inTiers } from '../tiers';
import type { Rule } from './rule';

/**
 * Divides as `prorate@1`, but hands leftover units out one each by row, from the first or the last.
 *
 * Order: `asks` in the row order of the import decides who gets them.
 * Ensures: only people still open get one, so nobody exceeds their request.
 */
export function allocateByPosition(given: {
  allocation: bigint;
  asks: readonly Ask[];
  from: 'first' | 'last';
}): Map<string, bigint> {
  const { allocation, asks, from } = given;
  const rows = from === 'first' ? asks : [...asks].reverse();
  const requests = new Map(asks.map((ask) => [ask.investorId, ask.requested]));
  return inTiers({
    allocation,
    asks,
    round: ({ den, parts }) => {
      const shares = new Map(parts.map(({ id, num }) => [id, num / den]));
      let units = parts.reduce((sum, { num }) => sum + (num % den), 0n) / den;
      for (const { investorId } of rows) {
        const share = shares.get(investorId);
        if (share === undefined || share >= (requests.get(investorId) ?? 0n)) continue;
        if (units === 0n) break;
        shares.set(investorId, share + 1n);
        units -= 1n;
      }
      return shares;
    },
  });
}

/** The same in columns, where the places still open stand in the order of the rows. */
export function columnsByPosition(from: 'first' | 'last'): NonNullable<Rule['inColumns']> {
  const round = ({ places, shares, units, count }: CutTier) => {
    const start = from === 'first' ? 0 : count - units;
    for (let index = start; index < start + units; index += 1) {
      const place = places[index] ?? 0;
      shares[place] = (shares[place] ?? 0) + 1;
    }
  };
  return (deal, shares) => divideColumns(deal, { shares, round }) !== undefined;
}
