import { parseMinor } from '../../domain/money';
import { replay, type ReplayDeal } from '../../domain/replay';
import { ruleById } from '../../domain/rule-catalogue';
import { toAsks } from '../../domain/asks';
import { Histories } from '../../domain/histories';
import { buildHistory, freshDealId, oldDealId } from '../../scripts/demo/history';

const history = buildHistory('2026-11-21');
const opening = new Map(
  history.investors.map((investor) => [
    investor.investorId,
    {
      total: parseMinor(investor.historyTotal, 'USD'),
      count: investor.historyCount,
      currency: 'USD',
    },
  ]),
);

/** What the platform recorded, by an allocator that is no code of the demonstration. */
function recorded(): ReplayDeal[] {
  const histories = new Histories(opening);
  let live = ruleById('prorate@1')!;
  return history.events.flatMap((event) => {
    if (event.kind === 'deploy') {
      live = ruleById(event.rule)!;
      return [];
    }
    const { dealId, closedOn, currency } = event.deal;
    const allocation = parseMinor(event.deal.allocation, currency);
    const rows = event.requests.map(({ investorId, requested }) => ({
      investorId,
      requested: parseMinor(requested, currency),
      average: histories.average(investorId, currency),
    }));
    const shares = live.allocate(allocation, toAsks(currency, rows));
    const commitments = rows.map((row) => ({ ...row, allocated: shares.get(row.investorId)! }));
    for (const { investorId, allocated } of commitments) {
      histories.add({ investorId, currency, allocated });
    }
    return [{ dealId, closedOn, currency, allocation, commitments }];
  });
}

const replayed = [...replay(recorded(), opening)];
const differences = (basis: 'asRecorded' | 'asShouldHaveBeen') =>
  replayed.flatMap(({ dealId, lines }) =>
    lines
      .filter((line) => line.recorded !== line[basis])
      .map((line) => [dealId, line.investorId, line.recorded - line[basis]]),
  );

describe('the history of the demonstration', () => {
  it('has at least 14 deals over 3 years and at least 40 investors', () => {
    const deals = history.events.filter(({ kind }) => kind === 'deal');
    expect(deals.length).toBeGreaterThanOrEqual(14);
    expect(history.investors.length).toBeGreaterThanOrEqual(40);
    expect(replayed[0]?.closedOn).toBe('2023-12-02');
  });

  it('is wrong in 2 deals only, by 3,540.64 over for D and short for E in each', () => {
    expect(differences('asRecorded')).toEqual([
      [oldDealId, 'D', 354_064n],
      [oldDealId, 'E', -354_064n],
      [freshDealId, 'D', 354_064n],
      [freshDealId, 'E', -354_064n],
    ]);
  });

  it('records means of exactly 40,000 and 100,000 for D and E in the fresh deal again', () => {
    const fresh = replayed.find(({ dealId }) => dealId === freshDealId)!;
    const means = fresh.lines.map(({ investorId, averageRecorded }) => [
      investorId,
      averageRecorded,
    ]);
    expect(Object.fromEntries(means)).toEqual({
      F: '250000.0000',
      G: '150000.0000',
      H: '60000.0000',
      D: '40000.0000',
      E: '100000.0000',
    });
  });

  it('shows contamination: on corrected history the fresh deal comes out otherwise', () => {
    const fresh = differences('asShouldHaveBeen').filter(([dealId]) => dealId === freshDealId);
    const delta = new Map(fresh.map(([, investorId, amount]) => [investorId, amount]));
    expect(delta.get('D')).not.toBe(354_064n);
    expect(delta.get('E')).not.toBe(-354_064n);
  });

  it('closes the fresh deal 14 days before and the older one two years before', () => {
    const closedOn = Object.fromEntries(replayed.map((deal) => [deal.dealId, deal.closedOn]));
    expect(closedOn[freshDealId]).toBe('2026-11-07');
    expect(closedOn[oldDealId]).toBe('2024-11-21');
  });
});
