import { toAsks } from '../../domain/asks';
import type { DiagnosableDeal } from '../../domain/diagnose';
import { Histories, type History } from '../../domain/histories';
import { parseMinor } from '../../domain/money';
import { ruleById } from '../../domain/rule-catalogue';

/** A deal as it comes to a platform, before anything is divided. Amounts in major units. */
export type Offer = {
  dealId: string;
  closedOn: string;
  rule: string;
  ruleVersion?: string;
  currency?: string;
  allocation: string;
  requests: Record<string, string>;
};

/** Opening history in USD from [total, count] in major units. */
export function opening(given: Record<string, [string, number]>): Map<string, History> {
  return new Map(
    Object.entries(given).map(([id, [total, count]]) => {
      return [id, { total: parseMinor(total, 'USD'), count, currency: 'USD' }];
    }),
  );
}

/** Records a history as a platform does: each deal by its rule, averages from what it recorded. */
export function recordHistory(offers: Offer[], start: Map<string, History>): DiagnosableDeal[] {
  const histories = new Histories(start);
  return offers.map(
    ({ dealId, closedOn, rule, ruleVersion = 'v1', currency = 'USD', ...offer }) => {
      const allocation = parseMinor(offer.allocation, currency);
      const rows = Object.entries(offer.requests).map(([investorId, requested]) => ({
        investorId,
        requested: parseMinor(requested, currency),
        average: histories.average(investorId, currency),
      }));
      const shares = ruleById(rule)!.allocate(allocation, toAsks(currency, rows));
      const commitments = rows.map((row) => ({ ...row, allocated: shares.get(row.investorId)! }));
      for (const { investorId, allocated } of commitments) {
        histories.add({ investorId, currency, allocated });
      }
      return { dealId, closedOn, ruleVersion, currency, allocation, commitments };
    },
  );
}

const requests = { A: '100000', B: '400000', C: '50000', D: '300000', E: '500000' };

/** The two wrong deals of the demonstration with three right ones between them. */
export function twoDeals(): { deals: DiagnosableDeal[]; start: Map<string, History> } {
  const start = opening({
    A: ['250000', 1],
    B: ['150000', 1],
    C: ['60000', 1],
    D: ['40000', 1],
    E: ['100000', 1],
    A2: ['250000', 1],
    B2: ['150000', 1],
    C2: ['60000', 1],
  });
  const between = [
    { closedOn: '2025-03-01', requests: { D: '9000', E: '30000' } },
    { closedOn: '2025-09-01', requests: { D: '9000', E: '30000' } },
    { closedOn: '2026-03-01', requests: { D: '9887.93', E: '22112.07' } },
  ].map((offer, index) => {
    return { ...offer, dealId: `MID-${index}`, rule: 'drifting-weights', allocation: '100000' };
  });
  const { A, B, C, D, E } = requests;
  const wrong = { rule: 'drifting-weights', allocation: '1000000' };
  const offers = [
    { ...wrong, dealId: 'OLD', closedOn: '2024-11-01', requests },
    ...between,
    { ...wrong, dealId: 'FRESH', closedOn: '2026-11-07', requests: { A2: A, B2: B, C2: C, D, E } },
  ];
  return { deals: recordHistory(offers, start), start };
}
