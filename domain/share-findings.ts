import type { FindingKind } from './certificate-findings';
import { certifyRecorded } from './divided-deal';
import type { RecordedDeal } from './recorded-deal';

/**
 * Why each recorded share of a deal is wrong, by place; null where it is right.
 *
 * Method: where the sum is met, a share is above its request or just another than the right one;
 * only where money is missing does it take the certificate to tell stranding from rounding.
 * Ensures: the kinds of the certificate's findings, person by person.
 */
export function shareFindings(
  deal: RecordedDeal,
  { right, people }: { right: Float64Array; people: readonly string[] },
): readonly (FindingKind | null)[] {
  const { allocated, requested, ranks } = deal;
  const missing = total(right) - total(allocated);
  if (!(missing <= 0)) {
    const found = certifyRecorded(deal, people).findings.flatMap(({ kind, people: named }) => {
      return named.map(({ investorId }) => [investorId, kind] as const);
    });
    const kinds = new Map(found);
    return Array.from(ranks, (rank) => kinds.get(people[rank] ?? '') ?? null);
  }
  return Array.from(allocated, (share, place) => {
    if (share > (requested[place] ?? 0)) return 'over-request';
    return share === right[place] ? null : 'wrong-share';
  });
}

/** A sum, or NaN where it leaves exact floats. */
function total(amounts: Float64Array): number {
  const sum = amounts.reduce((all, amount) => all + amount, 0);
  return sum <= Number.MAX_SAFE_INTEGER ? sum : NaN;
}
