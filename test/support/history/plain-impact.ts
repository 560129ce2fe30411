import { naiveProrate } from '../../domain/naive-prorate';
import type { PlatformHistory } from './history-folder';

/** One wrong commitment, in minor units. */
export type PlainLine = {
  deal: string;
  investor: string;
  recorded: bigint;
  asRecorded: bigint;
  asShouldHaveBeen: bigint;
};

type Past = { investor: string; currency: string; closedOn: string; amount: bigint };

const decimals: Record<string, number> = { USD: 2, JPY: 0, KWD: 3 };

/**
 * The impact worked out the slow way, sharing nothing with the product: averages are looked up in
 * the list of everything that ever happened, shares come from the naive rule.
 */
export function plainImpact({ deals, start }: PlatformHistory): {
  lines: PlainLine[];
  mismatches: number;
} {
  const recordedPast: Past[] = [];
  const correctedPast: Past[] = [];
  const lines: PlainLine[] = [];
  let mismatches = 0;
  const inOrder = [...deals].sort((a, b) => {
    return a.closedOn < b.closedOn || (a.closedOn === b.closedOn && a.dealId < b.dealId) ? -1 : 1;
  });
  for (const { dealId: deal, closedOn, currency, allocation, commitments } of inOrder) {
    const averageIn = (past: Past[], investor: string): bigint => {
      const theirs = past.filter((one) => {
        return one.investor === investor && one.currency === currency && one.closedOn < closedOn;
      });
      const opening = start.get(investor);
      const counts = opening?.currency === currency ? opening : { total: 0n, count: 0 };
      const total = theirs.reduce((sum, one) => sum + one.amount, counts.total);
      return tenThousandths({ total, count: theirs.length + counts.count, currency });
    };
    const ask = (average: (row: (typeof commitments)[number]) => bigint) =>
      commitments.map((row) => {
        return { investorId: row.investorId, requested: row.requested, average: average(row) };
      });
    // One scale for all recorded averages, whatever their decimals: six is the most there are.
    const recordedAverage = (text: string) => {
      const [whole = '0', part = ''] = text.split('.');
      return BigInt(whole + part.padEnd(6, '0'));
    };
    const asRecorded = naiveProrate(
      allocation,
      ask((row) => recordedAverage(row.average)),
    );
    const asShouldHaveBeen = naiveProrate(
      allocation,
      ask((row) => averageIn(correctedPast, row.investorId)),
    );
    for (const row of commitments) {
      const investor = row.investorId;
      const line = {
        deal,
        investor,
        recorded: row.allocated,
        asRecorded: asRecorded.get(investor) ?? 0n,
        asShouldHaveBeen: asShouldHaveBeen.get(investor) ?? 0n,
      };
      if (averageIn(recordedPast, investor) * 100n !== recordedAverage(row.average))
        mismatches += 1;
      if (line.recorded !== line.asRecorded || line.recorded !== line.asShouldHaveBeen) {
        lines.push(line);
      }
      if (row.allocated > 0n) {
        recordedPast.push({ investor, currency, closedOn, amount: row.allocated });
      }
      if (line.asShouldHaveBeen > 0n) {
        correctedPast.push({ investor, currency, closedOn, amount: line.asShouldHaveBeen });
      }
    }
  }
  return { lines, mismatches };
}

/** The mean in ten-thousandths of the major unit, halves to the even neighbour. */
function tenThousandths(of: { total: bigint; count: number; currency: string }): bigint {
  if (of.count === 0) return 0n;
  const num = of.total * 10_000n;
  const den = BigInt(of.count) * 10n ** BigInt(decimals[of.currency] ?? 2);
  const [floor, rest] = [num / den, num % den];
  if (rest * 2n > den || (rest * 2n === den && floor % 2n === 1n)) return floor + 1n;
  return floor;
}
