import fc from 'fast-check';
import { toAsks } from '../../domain/asks';
import { diagnose, openDiagnosis, type DiagnosisState } from '../../domain/diagnose';
import {
  diagnosableColumns,
  explainingRules,
  explainingRulesOf,
} from '../../domain/explaining-rules';
import { formatMinor } from '../../domain/money';
import { ruleCatalogue } from '../../domain/rule-catalogue';
import { anyWholeDeal } from './kernel-deals';
import { opening, recordHistory, twoDeals, type Offer } from './platform-history';

const cascadeOfThree = { A: '40', B: '20', C: '16', D: '200' };
const averages = opening({ A: ['100', 1], B: ['50', 1], C: ['30', 1], D: ['20', 1] });
/** Deals of one day, so that each meets the same averages. */
const offer = (dealId: string, given: Partial<Offer>): Offer => {
  const { rule = 'prorate@1', allocation = '100', requests = cascadeOfThree } = given;
  return { closedOn: '2026-01-01', ...given, dealId, rule, allocation, requests };
};
const record = (offers: Offer[]) => offers.flatMap((each) => recordHistory([each], averages));

/** A period as a diagnosis shows it, all deals being of one day. */
const period = (
  rule: string | null,
  [firstDeal, deals, lastDeal = firstDeal]: [string, number, string?],
) => {
  const [firstClosedOn, lastClosedOn] = ['2026-01-01', '2026-01-01'];
  return { rule, deals, firstDeal, firstClosedOn, lastDeal, lastClosedOn };
};

describe('diagnose', () => {
  it('names drifting-weights for all 5 deals and dates it to the older wrong one', () => {
    expect(diagnose(twoDeals().deals)).toEqual([
      {
        ruleVersion: 'v1',
        rule: 'drifting-weights',
        deals: 5,
        explained: 5,
        affected: 2,
        firstDeal: 'OLD',
        firstClosedOn: '2024-11-01',
        lastRightDeal: null,
        lastRightClosedOn: null,
        candidates: [],
        periods: [],
        periodCount: 0,
      },
    ]);
  });

  it('tells 2 versions with 2 faults apart, and calls a third clean', () => {
    const deals = record([
      offer('d1', { ruleVersion: 'clean' }),
      offer('d2', { ruleVersion: 'strands', rule: 'single-redistribution' }),
      offer('d3', { ruleVersion: 'drifts', rule: 'request-weights', allocation: '50' }),
      offer('d4', { ruleVersion: 'strands', rule: 'single-redistribution', allocation: '1' }),
    ]);
    const found = diagnose(deals).map(({ ruleVersion, rule, affected }) => [
      ruleVersion,
      rule,
      affected,
    ]);
    expect(found).toEqual([
      ['clean', 'prorate@1', 0],
      ['strands', 'single-redistribution', 1],
      ['drifts', 'prorate@1', 0],
    ]);
  });

  it('lists the 7 others that explain every deal as well as the one it names', () => {
    const deals = record([offer('d1', { allocation: '1000' })]);
    const [version] = diagnose(deals);
    expect(version?.rule).toBe('prorate@1');
    expect(version?.firstDeal).toBeNull();
    const others = ruleCatalogue.map((rule) => rule.id).filter((id) => id !== 'prorate@1');
    const equals = version!.candidates.map(({ rule }) => rule);
    expect(equals).toEqual(others.filter((id) => id !== 'cap-at-average'));
  });

  it('knows no rule once 1 unit was moved, and names the nearest 3 by deals explained', () => {
    const deals = record([
      offer('d1', {}),
      offer('d2', { rule: 'single-redistribution' }),
      offer('d3', { rule: 'single-redistribution', closedOn: '2026-02-01' }),
      offer('d4', { allocation: '1' }),
    ]);
    const odd = deals[0]!.commitments.map((row, index) => {
      return { ...row, allocated: row.allocated + [1n, -1n, 0n, 0n][index]! };
    });
    const [version] = diagnose([{ ...deals[0]!, commitments: odd }, ...deals.slice(1)]);
    expect(version).toEqual({
      ruleVersion: 'v1',
      rule: null,
      deals: 4,
      explained: 3,
      affected: 3,
      firstDeal: 'd1',
      firstClosedOn: '2026-01-01',
      lastRightDeal: null,
      lastRightClosedOn: null,
      candidates: [
        { rule: 'single-redistribution', explained: 3 },
        { rule: 'prorate@1', explained: 1 },
        { rule: 'drifting-weights', explained: 1 },
      ],
      periods: [period(null, ['d1', 1]), period('single-redistribution', ['d2', 3, 'd4'])],
      periodCount: 2,
    });
  });

  it('splits 1 version with 2 faults into 3 periods, and names its last right deal', () => {
    const [strands, drifts] = ['single-redistribution', 'request-weights'];
    const deals = record([
      offer('d1', {}),
      offer('d2', { allocation: '1' }), // Nobody is capped: right, and no rule shows here.
      offer('d3', { rule: strands }),
      offer('d4', { allocation: '1' }),
      offer('d5', { rule: strands }),
      offer('d6', { rule: drifts, allocation: '99' }),
    ]);
    const [version] = diagnose(deals);
    expect(version).toMatchObject({
      rule: null,
      affected: 3,
      firstDeal: 'd3',
      lastRightDeal: 'd2',
      periodCount: 3,
      periods: [
        period('prorate@1', ['d1', 2, 'd2']),
        period(strands, ['d3', 3, 'd5']),
        period(drifts, ['d6', 1]),
      ],
    });
  });

  it('tells a version that changes its rule 50 times by its first 20 periods', () => {
    const one = (index: number) =>
      offer(`d${index}`, { rule: index % 2 === 0 ? 'prorate@1' : 'single-redistribution' });
    const [version] = diagnose(record(Array.from({ length: 50 }, (_, index) => one(index))));
    expect(version).toMatchObject({ rule: null, explained: 25, periodCount: 50 });
    expect(version!.periods).toHaveLength(20);
  });

  it('answers as every rule run in exact integers would, in 300 recorded deals', () => {
    const explained = { one: 0, none: 0 };
    const anyRule = fc.constantFrom(...ruleCatalogue);
    const law = fc.property(anyWholeDeal, anyRule, fc.nat({ max: 3 }), (given, rule, moved) => {
      fc.pre(given.asks.every(({ average }) => average <= 10n ** 15n));
      const asks = given.asks.map((ask) => ({ ...ask, average: formatMinor(ask.average, 'USD') }));
      const rows = toAsks('USD', asks);
      const shares = [...rule.allocate(given.allocation, rows).values()];
      if (moved === 0 && shares.length > 0) shares[0] = (shares[0] ?? 0n) + 1n;
      const commitments = asks.map((ask, row) => ({ ...ask, allocated: shares[row] ?? 0n }));
      const head = { dealId: 'd', closedOn: '2026-01-01', currency: 'USD', ruleVersion: 'v' };
      const deal = { ...head, allocation: given.allocation, commitments };
      const found = explainingRules(diagnosableColumns(deal));
      expect(found).toEqual(explainingRulesOf(deal));
      explained[found.length === 0 ? 'none' : 'one'] += 1;
    });
    fc.assert(law, { seed: 42, numRuns: 300 });
    expect(Math.min(explained.one, explained.none)).toBeGreaterThan(20);
  });

  it('left after 3 of 5 deals and opened again, it says what it would have said', () => {
    const { deals } = twoDeals();
    const whole = openDiagnosis();
    const half = openDiagnosis();
    for (const deal of deals) whole.add(deal);
    for (const deal of deals.slice(0, 3)) half.add(deal);
    const kept = JSON.parse(JSON.stringify(half.state())) as DiagnosisState;
    const rest = openDiagnosis(kept);
    for (const deal of deals.slice(3)) rest.add(deal);
    expect(rest.conclude()).toEqual(whole.conclude());
    expect(rest.state()).toEqual(whole.state());
  });

  it.each(ruleCatalogue.map((rule) => rule.id))('recognises %s among all 9', (id) => {
    const requests = { D: '200', C: '16', N: '30', B: '20', A: '40' };
    const five = { D: '300000', C: '50000', N: '1', B: '400000', A: '100000', E: '500000' };
    const start = opening({ A: ['250000', 1], B: ['150000', 1], C: ['60000', 1], D: ['40000', 1] });
    start.set('E', { total: 10000000n, count: 1, currency: 'USD' });
    const deals = [
      ...recordHistory([offer('d1', { rule: id, requests })], averages),
      ...recordHistory([offer('d2', { rule: id, requests, allocation: '290' })], averages),
      ...recordHistory([offer('d3', { rule: id, requests: five, allocation: '1000000' })], start),
      ...recordHistory([offer('d4', { rule: id, requests: five, allocation: '0.05' })], start),
      ...recordHistory([offer('d5', { rule: id, requests: five, allocation: '99.99' })], start),
    ];
    expect(diagnose(deals)[0]).toMatchObject({ rule: id, explained: 5, candidates: [] });
  });

  it('goes by the row order of the import when 1 leftover unit went to the first row', () => {
    const start = opening({ A: ['1', 1], B: ['1', 1] });
    const requests = { B: '9', A: '9' };
    const residual = offer('d1', { rule: 'residual-first', requests, allocation: '0.01' });
    const [version] = diagnose(recordHistory([residual], start));
    expect(version?.rule).toBe('residual-first');
  });
});
