import fc from 'fast-check';
import { ruleById, ruleCatalogue } from '../../domain/rule-catalogue';
import { anyDeal, ask, deal, shown } from './deals';

const five: Record<string, [string, string]> = {
  A: ['100000', '250000'],
  B: ['400000', '150000'],
  C: ['50000', '60000'],
  D: ['300000', '40000'],
  E: ['500000', '100000'],
};
const cascadeOfThree: Record<string, [string, string]> = {
  A: ['40', '100'],
  B: ['20', '50'],
  C: ['16', '30'],
  D: ['200', '20'],
};
/** At 100, C meets its request exactly in the distribution: that is capped, not open. */
const exactlyMet: Record<string, [string, string]> = { ...cascadeOfThree, C: ['15', '30'] };
/** 410 covers all requests, and one redistribution would not get there. */
const covered: Record<string, [string, string]> = {
  a: ['10', '100'],
  b: ['100', '10'],
  c: ['300', '1'],
};
const three: Record<string, [string, string]> = { a: ['9', '1'], b: ['9', '1'], c: ['9', '1'] };
const thirds: Record<string, [string, string]> = { a: ['9', '1'], b: ['9', '1'], c: ['9', '4'] };
const withNewcomer: Record<string, [string, string]> = { old: ['60', '50'], new: ['30', '0'] };

type Row = [string, string, Record<string, [string, string]>, Record<string, string>];
const worked: Row[] = [
  [
    'single-redistribution',
    '100',
    cascadeOfThree,
    { A: '40.00', B: '20.00', C: '16.00', D: '16.00' },
  ],
  [
    'single-redistribution',
    '300',
    cascadeOfThree,
    { A: '40.00', B: '20.00', C: '16.00', D: '200.00' },
  ],
  ['single-redistribution', '100', exactlyMet, { A: '40.00', B: '20.00', C: '15.00', D: '25.00' }],
  ['single-redistribution', '410', covered, { a: '10.00', b: '100.00', c: '300.00' }],
  [
    'drifting-weights',
    '1000000',
    five,
    { A: '100000.00', B: '400000.00', C: '50000.00', D: '132112.07', E: '317887.93' },
  ],
  ['drifting-weights', '100', cascadeOfThree, { A: '40.00', B: '20.00', C: '16.00', D: '24.00' }],
  [
    'request-weights',
    '1000000',
    five,
    { A: '100000.00', B: '372222.22', C: '50000.00', D: '158333.33', E: '319444.45' },
  ],
  ['round-each', '0.05', three, { a: '0.02', b: '0.02', c: '0.02' }],
  ['round-each', '0.04', three, { a: '0.01', b: '0.01', c: '0.01' }],
  // 0.005 and 0.015 are halves: to the even neighbour.
  ['round-each', '0.02', { a: ['9', '1'], b: ['9', '3'] }, { a: '0.00', b: '0.02' }],
  // Exact 0.008333…, 0.008333…, 0.033333…: the right rule gives a and b the two cents.
  ['residual-first', '0.05', thirds, { a: '0.01', b: '0.01', c: '0.03' }],
  ['residual-last', '0.05', thirds, { a: '0.00', b: '0.01', c: '0.04' }],
  ['residual-first', '0.05', { z: ['9', '1'], a: ['9', '1'] }, { z: '0.03', a: '0.02' }],
  ['residual-last', '0.05', { a: ['9', '1'], z: ['9', '1'] }, { a: '0.02', z: '0.03' }],
  ['cap-at-average', '100', { a: ['80', '30'], b: ['80', '50'] }, { a: '30.00', b: '50.00' }],
  ['cap-at-average', '40', { a: ['80', '30'], b: ['80', '50'] }, { a: '15.00', b: '25.00' }],
  ['zero-starved', '80', withNewcomer, { old: '60.00', new: '0.00' }],
  ['zero-starved', '100', withNewcomer, { old: '60.00', new: '0.00' }],
];

describe('the catalogue of rules', () => {
  it('names 9 rules, each once, the right one first', () => {
    expect(ruleCatalogue.map((rule) => rule.id)).toEqual([
      'prorate@1',
      'single-redistribution',
      'drifting-weights',
      'request-weights',
      'round-each',
      'residual-first',
      'residual-last',
      'cap-at-average',
      'zero-starved',
    ]);
    expect(ruleById('drifting-weights')?.id).toBe('drifting-weights');
    expect(ruleById('prorate@2')).toBeUndefined();
  });

  it.each(worked)(
    '%s divides %s of a worked deal as its bug does',
    (id, allocation, investors, right) => {
      const { asks, allocation: minor } = deal(allocation, investors);
      expect(shown(ruleById(id)!.allocate(minor, asks))).toEqual(right);
    },
  );

  it('cap-at-average compares an average of 3 decimals with money, then rounds', () => {
    // 10.006 and 10.006 make 20.012: 20.01, the odd cent to the smaller id.
    const { allocation, asks } = deal('50', { b: ['80', '10.006'], a: ['80', '10.006'] });
    const shares = ruleById('cap-at-average')!.allocate(allocation, asks);
    expect(shown(shares)).toEqual({ b: '10.00', a: '10.01' });
  });

  it('gives 3 newcomers the same as prorate@1 under every bug that is not about them', () => {
    const asks = [ask('old', 10, 20), ask('n1', 5, 0), ask('n2', 50, 0), ask('n3', 50, 0)];
    for (const id of [
      'single-redistribution',
      'drifting-weights',
      'request-weights',
      'cap-at-average',
    ]) {
      const shares = ruleById(id)!.allocate(56n, asks);
      expect([id, ...shares.values()]).toEqual([id, 10n, 5n, 21n, 20n]);
    }
  });

  it('never hands newcomers the 8 that single-redistribution strands', () => {
    const { allocation, asks } = deal('100', { ...cascadeOfThree, N: ['50', '0'] });
    const shares = ruleById('single-redistribution')!.allocate(allocation, asks);
    expect(shown(shares)).toEqual({ A: '40.00', B: '20.00', C: '16.00', D: '16.00', N: '0.00' });
  });

  it('never exceeds a request under any of the 9 rules, and answers for everybody in order', () => {
    const law = fc.property(anyDeal, ({ allocation, asks }) => {
      for (const rule of ruleCatalogue) {
        const shares = rule.allocate(allocation, asks);
        expect([...shares.keys()]).toEqual(asks.map((each) => each.investorId));
        for (const each of asks) expect(shares.get(each.investorId)! <= each.requested).toBe(true);
      }
    });
    fc.assert(law, { seed: 42, numRuns: 500 });
  });

  it('keeps the sum to the unit under the 5 rules that conserve it', () => {
    const conserving = ['drifting-weights', 'request-weights', 'residual-first', 'residual-last'];
    const total = (shares: Map<string, bigint>) => [...shares.values()].reduce((a, b) => a + b, 0n);
    const law = fc.property(anyDeal, ({ allocation, asks }) => {
      const right = total(ruleById('prorate@1')!.allocate(allocation, asks));
      for (const id of conserving) {
        expect([id, total(ruleById(id)!.allocate(allocation, asks))]).toEqual([id, right]);
      }
    });
    fc.assert(law, { seed: 42, numRuns: 500 });
  });
});
