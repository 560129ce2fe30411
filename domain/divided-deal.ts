import { toAsks } from './asks';
import { assert } from './assert';
import type { Averages } from './averages';
import { certify, type Certificate, type CertifiedTier } from './certify';
import { currencyExponent } from './currencies';
import { gcd } from './gcd';
import { toColumn } from './kernel/ask-columns';
import { certifyColumns } from './kernel/certify-columns';
import type { DealColumns, DealLevels } from './kernel/deal-columns';
import { prorateColumns } from './kernel/prorate-columns';
import { prorate, type Ask } from './prorate';
import { kernelColumns, type RecordedDeal } from './recorded-deal';

/** A deal divided by the right rule on some averages, certified. Units: minor units. */
export type DividedDeal = {
  readonly shares: Float64Array;
  /** Where each tier stops: all that anybody needs to check the shares in one pass. */
  readonly tiers: readonly CertifiedTier[];
};

/**
 * Divides a deal by `prorate@1` and certifies the result.
 *
 * Method: in columns; by BigInt where a number has no place in an exact float.
 * Ensures: shares and tiers are those of `prorate` and `certify`.
 * @throws ASSERTION (bug) when the shares fail their certificate, which is not made from them.
 */
export function divideDeal(
  deal: RecordedDeal,
  { averages, people }: { averages: Averages; people: readonly string[] },
): DividedDeal {
  const columns = kernelColumns(deal, averages);
  const shares = new Float64Array(deal.ranks.length);
  const levels = columns && prorateColumns(columns, shares);
  if (!columns || !levels) return divideExactly(deal, { averages, people });
  const holds = certifyColumns(columns, shares);
  assert(holds === true, `prorate@1 failed its own certificate on ${deal.dealId}`);
  return { shares, tiers: tiersOf(columns, levels) };
}

/**
 * Whether the recorded shares are right on the recorded averages, without dividing anything.
 *
 * Ensures: true exactly when `certifyRecorded` holds.
 */
export function recordedHolds(deal: RecordedDeal, people: readonly string[]): boolean {
  const columns = kernelColumns(deal, deal.averages);
  const holds = columns && certifyColumns(columns, deal.allocated);
  return holds ?? certifyRecorded(deal, people).holds;
}

/** Certifies recorded shares on recorded averages, person by person, in exact integers. */
export function certifyRecorded(deal: RecordedDeal, people: readonly string[]): Certificate {
  const asks = exactAsks(deal, { averages: deal.averages, people });
  const shares = Array.from(deal.allocated, BigInt);
  return certify({
    allocation: BigInt(deal.allocation),
    asks,
    shares: new Map(asks.map(({ investorId }, place) => [investorId, shares[place] ?? 0n])),
  });
}

type On = { averages: Averages; people: readonly string[] };

function exactAsks({ currency, ranks, requested }: RecordedDeal, { averages, people }: On): Ask[] {
  const rows = Array.from(ranks, (rank, place) => {
    return { investorId: people[rank] ?? '', requested: BigInt(requested[place] ?? 0) };
  });
  if ('texts' in averages) {
    return toAsks(
      currency,
      rows.map((row, place) => ({ ...row, average: averages.texts[place] ?? '0' })),
    );
  }
  const { weights, scale } = averages;
  const averagePerMinor = 10n ** BigInt(scale - currencyExponent(currency));
  return rows.map((row, place) => {
    return { ...row, average: BigInt(weights[place] ?? 0), averagePerMinor };
  });
}

function divideExactly(deal: RecordedDeal, on: On): DividedDeal {
  const asks = exactAsks(deal, on);
  const allocation = BigInt(deal.allocation);
  const shares = prorate(allocation, asks);
  const certificate = certify({ allocation, asks, shares });
  assert(certificate.holds, `prorate@1 failed its own certificate on ${deal.dealId}`);
  const exact = toColumn(asks.map(({ investorId }) => shares.get(investorId) ?? 0n));
  assert(exact !== undefined, `a share of ${deal.dealId} is beyond every amount we take`);
  return { shares: exact, tiers: certificate.tiers };
}

function tiersOf(columns: DealColumns, { history, noHistory }: DealLevels): CertifiedTier[] {
  const { weights, weightPerMinor } = columns;
  const tiers = [tierOf('history', { ...history, perMinor: weightPerMinor })];
  if (weights.includes(0)) tiers.push(tierOf('no-history', { ...noHistory, perMinor: 1 }));
  return tiers;
}

type Level = { available: number; left: number; weight: number; perMinor: number };

function tierOf(tier: CertifiedTier['tier'], level: Level): CertifiedTier {
  const { available, left, weight, perMinor } = level;
  const availableMinor = String(available);
  if (weight === 0) return { tier, availableMinor, rate: null };
  const [num, den] = [BigInt(left) * BigInt(perMinor), BigInt(weight)];
  const common = gcd(num, den);
  return { tier, availableMinor, rate: { num: String(num / common), den: String(den / common) } };
}
