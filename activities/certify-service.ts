import type { AllocationService } from '../contracts/allocation-service';
import { toAsks } from '../domain/asks';
import { certify } from '../domain/certify';
import { formatMinor, parseMinor } from '../domain/money';
import type { ReplayDeal } from '../domain/replay';

type Share = { investorId: string; allocated: string };

/** A past deal as the service reads it: the averages as they were recorded. */
export function asRequest(deal: ReplayDeal) {
  const { dealId, currency } = deal;
  const requests = deal.commitments.map(({ investorId, requested, average }) => {
    const text = average === '' ? '0' : average;
    return { investorId, requested: formatMinor(requested, currency), average: text };
  });
  return { dealId, currency, allocation: formatMinor(deal.allocation, currency), requests };
}

/** Whether the shares a service gave for a deal are the right ones, by the certificate alone. */
export function sharesHold(deal: ReplayDeal, shares: readonly Share[]): boolean {
  const { currency, allocation, commitments } = deal;
  const known = new Set(commitments.map(({ investorId }) => investorId));
  if (shares.some(({ investorId }) => !known.has(investorId))) return false;
  const given = new Map(
    shares.map((share) => [share.investorId, parseMinor(share.allocated, currency)]),
  );
  return certify({ allocation, asks: toAsks(currency, commitments), shares: given }).holds;
}

/**
 * Has the service preview past deals under `rule` and certifies each answer.
 *
 * Ensures: a deal the service leaves out counts as one that does not hold.
 */
export async function previewHolds(
  service: AllocationService,
  { rule, deals }: { rule: string; deals: readonly ReplayDeal[] },
): Promise<{ broken: string[]; refusal?: string }> {
  const answer = await service.preview({ rule, deals: deals.map(asRequest) });
  if (answer.kind === 'refused') return { broken: [], refusal: `${answer.code}: ${answer.reason}` };
  const shares = new Map(answer.deals.map((deal) => [deal.dealId, deal.allocations]));
  const broken = deals.filter((deal) => {
    const given = shares.get(deal.dealId);
    return given === undefined || !sharesHold(deal, given);
  });
  return { broken: broken.map(({ dealId }) => dealId) };
}
