import { averageAt, type Averages } from './averages';
import type { DiagnosableDeal } from './diagnose';
import type { DiagnosableColumns } from './explaining-rules';
import { currencyExponent } from './currencies';
import type { DealColumns } from './kernel/deal-columns';

/**
 * A deal as the platform recorded it, in columns: a place per row, in the order of the import.
 *
 * Units: minor units; every amount an exact float, since none is above 10^15.
 */
export type RecordedDeal = {
  readonly dealId: string;
  /** An ISO date, `2026-11-07`. */
  readonly closedOn: string;
  readonly currency: string;
  readonly ruleVersion: string;
  readonly allocation: number;
  readonly requested: Float64Array;
  readonly allocated: Float64Array;
  /** As recorded at the time; 0 is no history. */
  readonly averages: Averages;
  /** Who: each investor's standing among all of the history, by code point. */
  readonly ranks: Uint32Array;
};

/** The same deal with its rows as objects, averages in the scale they have here. */
export function plainDeal(deal: RecordedDeal, people: readonly string[]): DiagnosableDeal {
  const { dealId, closedOn, currency, ruleVersion, allocation, averages } = deal;
  const commitments = Array.from(deal.ranks, (rank, place) => ({
    investorId: people[rank] ?? '',
    requested: BigInt(deal.requested[place] ?? 0),
    average: averageAt(averages, place),
    allocated: BigInt(deal.allocated[place] ?? 0),
  }));
  return { dealId, closedOn, currency, ruleVersion, allocation: BigInt(allocation), commitments };
}

/** The same deal as it is diagnosed: in columns, and with objects made where they do not reach. */
export function diagnosable(deal: RecordedDeal, people: readonly string[]): DiagnosableColumns {
  const { dealId, closedOn, ruleVersion, allocated: recorded } = deal;
  const columns = kernelColumns(deal, deal.averages);
  return { dealId, closedOn, ruleVersion, columns, recorded, plain: () => plainDeal(deal, people) };
}

/** What the kernel divides: the deal on these averages; `undefined` where they are texts. */
export function kernelColumns(deal: RecordedDeal, averages: Averages): DealColumns | undefined {
  if ('texts' in averages) return undefined;
  const { allocation, requested, ranks, currency } = deal;
  const { weights, scale } = averages;
  const weightPerMinor = 10 ** (scale - currencyExponent(currency));
  return { allocation, requested, weights, weightPerMinor, ranks };
}
