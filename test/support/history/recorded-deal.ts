import type { Averages } from '../../../domain/averages';
import { compareCodePoints } from '../../../domain/code-points';
import type { DiagnosableDeal } from '../../../domain/diagnose';
import { parseScaled, toCommonScale } from '../../../domain/money';
import type { RecordedDeal } from '../../../domain/recorded-deal';
import type { PlatformHistory } from './history-folder';

/** A history in columns, as the database gives it out. */
export function inColumns({ deals, start }: PlatformHistory): {
  people: string[];
  rankOf: Map<string, number>;
  opening: PlatformHistory['start'];
  deals: RecordedDeal[];
} {
  const ids = deals.flatMap(({ commitments }) => commitments.map((row) => row.investorId));
  const people = [...new Set([...start.keys(), ...ids])].sort(compareCodePoints);
  const rankOf = new Map(people.map((id, rank) => [id, rank]));
  return { people, rankOf, opening: start, deals: deals.map((deal) => toColumns(deal, rankOf)) };
}

function toColumns(deal: DiagnosableDeal, rankOf: ReadonlyMap<string, number>): RecordedDeal {
  const { dealId, closedOn, currency, ruleVersion, commitments } = deal;
  return {
    ...{ dealId, closedOn, currency, ruleVersion, allocation: Number(deal.allocation) },
    requested: Float64Array.from(commitments, (row) => Number(row.requested)),
    allocated: Float64Array.from(commitments, (row) => Number(row.allocated)),
    averages: toAverages(commitments.map((row) => row.average)),
    ranks: Uint32Array.from(commitments, (row) => rankOf.get(row.investorId)!),
  };
}

function toAverages(texts: string[]): Averages {
  const scaled = texts.map((text) => parseScaled(text === '' ? '0' : text));
  const scale = Math.max(4, ...scaled.map((average) => average.scale));
  const weights = Float64Array.from(toCommonScale(scaled, scale), Number);
  return weights.every(Number.isSafeInteger) ? { weights, scale } : { texts };
}
