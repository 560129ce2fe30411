import fc from 'fast-check';
import { certify, type Certificate } from '../../domain/certify';
import { prorate } from '../../domain/prorate';
import { ruleById, ruleCatalogue } from '../../domain/rule-catalogue';
import { anyDeal, ask, deal, publishedCases } from './deals';

const laws = { seed: 42, numRuns: 500 };
const asShares = (shares: Record<string, number>) => {
  return new Map(Object.entries(shares).map(([id, share]) => [id, BigInt(share)]));
};
const kinds = (certificate: Certificate) => certificate.findings.map((found) => found.kind);
const cascadeOfThree = [ask('a', 40, 100), ask('b', 20, 50), ask('c', 16, 30), ask('d', 200, 20)];

describe('certify', () => {
  it.each(publishedCases())(
    'holds for "$name" exactly when the rule is the right one',
    (published) => {
      const { allocation, asks } = deal(published.allocation, published.investors);
      const shares = ruleById(published.rule ?? 'prorate@1')!.allocate(allocation, asks);
      expect(certify({ allocation, asks, shares }).holds).toBe(published.rule === undefined);
    },
  );

  it('gives the witness: 3 capped, 1 open at the rate 24/20 = 6/5', () => {
    const shares = asShares({ a: 40, b: 20, c: 16, d: 24 });
    expect(certify({ allocation: 100n, asks: cascadeOfThree, shares })).toEqual({
      holds: true,
      rate: { num: '6', den: '5' },
      capped: ['a', 'b', 'c'],
      open: ['d'],
      tiers: [{ tier: 'history', availableMinor: '100', rate: { num: '6', den: '5' } }],
      findings: [],
    });
  });

  it('counts the rate per average in the same unit, also with averages of 4 decimals', () => {
    const { allocation, asks } = deal('30', { a: ['90', '10.0001'], b: ['90', '9.9999'] });
    const certificate = certify({ allocation, asks, shares: prorate(allocation, asks) });
    expect(certificate.rate).toEqual({ num: '3', den: '2' });
  });

  it('keeps newcomers in a tier of their own, at 21 units each', () => {
    const asks = [ask('old', 9, 7), ask('n1', 50, 0), ask('n2', 60, 0), ask('n3', 1, 0)];
    const shares = asShares({ old: 9, n1: 21, n2: 21, n3: 1 });
    expect(certify({ allocation: 52n, asks, shares })).toMatchObject({
      holds: true,
      rate: { num: '21', den: '1' },
      capped: ['old', 'n3'],
      open: ['n1', 'n2'],
      tiers: [
        { tier: 'history', availableMinor: '52', rate: null },
        { tier: 'no-history', availableMinor: '43', rate: { num: '21', den: '1' } },
      ],
    });
  });

  it('has no rate when everybody has their request', () => {
    const asks = [ask('a', 5, 1), ask('b', 7, 0)];
    const certificate = certify({ allocation: 100n, asks, shares: asShares({ a: 5, b: 7 }) });
    expect(certificate).toMatchObject({ holds: true, rate: null, capped: ['a', 'b'], open: [] });
  });

  it('keeps somebody open whom the last unit alone brought to their request of 3', () => {
    const asks = [ask('a', 3, 1), ask('b', 3, 1)];
    const certificate = certify({ allocation: 5n, asks, shares: asShares({ a: 3, b: 2 }) });
    expect(certificate).toMatchObject({ holds: true, capped: [], open: ['a', 'b'] });
  });

  it('says that 8 are stranded, and who lacks them', () => {
    const shares = asShares({ a: 40, b: 20, c: 16, d: 16 });
    expect(certify({ allocation: 100n, asks: cascadeOfThree, shares }).findings).toEqual([
      {
        kind: 'stranded',
        amountMinor: '8',
        people: [{ investorId: 'd', shareMinor: '16', rightMinor: '24' }],
      },
    ]);
  });

  it('says that rounding lost 1 unit when nobody is off by more', () => {
    const asks = [ask('a', 9, 1), ask('b', 9, 1), ask('c', 9, 1)];
    expect(
      certify({ allocation: 4n, asks, shares: asShares({ a: 1, b: 1, c: 1 }) }).findings,
    ).toEqual([
      {
        kind: 'unit-short',
        amountMinor: '1',
        people: [{ investorId: 'a', shareMinor: '1', rightMinor: '2' }],
      },
    ]);
  });

  it('names the 2 people of a wrong share with the amounts of the demonstration', () => {
    const five = publishedCases().find((each) => each.rule === 'drifting-weights')!;
    const { allocation, asks } = deal(five.allocation, five.investors);
    const shares = ruleById('drifting-weights')!.allocate(allocation, asks);
    expect(certify({ allocation, asks, shares }).findings).toEqual([
      {
        kind: 'wrong-share',
        amountMinor: '354064',
        people: [
          { investorId: 'D', shareMinor: '13211207', rightMinor: '12857143' },
          { investorId: 'E', shareMinor: '31788793', rightMinor: '32142857' },
        ],
      },
    ]);
  });

  it('names everybody wrong once: 1 over request, 1 low, in an allocation that adds up', () => {
    const shares = asShares({ a: 41, b: 20, c: 16, d: 23 });
    const { findings } = certify({ allocation: 100n, asks: cascadeOfThree, shares });
    expect(findings.map(({ kind, amountMinor }) => [kind, amountMinor])).toEqual([
      ['over-request', '1'],
      ['wrong-share', '1'],
    ]);
    expect(findings.flatMap(({ people }) => people.map((person) => person.investorId))).toEqual([
      'a',
      'd',
    ]);
  });

  it('finds a unit given to a lower remainder, and a tie broken for the larger id', () => {
    const asks = [ask('a', 99, 3), ask('b', 99, 4)];
    expect(kinds(certify({ allocation: 2n, asks, shares: asShares({ a: 1, b: 1 }) }))).toEqual([]);
    expect(kinds(certify({ allocation: 1n, asks, shares: asShares({ a: 1, b: 0 }) }))).toEqual([
      'wrong-share',
    ]);
    const tied = [ask('a', 9, 1), ask('b', 9, 1)];
    const larger = certify({ allocation: 1n, asks: tied, shares: asShares({ a: 0, b: 1 }) });
    expect(kinds(larger)).toEqual(['wrong-share']);
  });

  it('finds money given to a newcomer while somebody with a history wants 1 more', () => {
    const asks = [ask('old', 10, 1), ask('new', 10, 0)];
    const shares = asShares({ old: 9, new: 1 });
    expect(kinds(certify({ allocation: 10n, asks, shares }))).toEqual(['wrong-share']);
  });

  it('takes a missing share for 0 and refuses 1 of somebody who does not ask', () => {
    const asks = [ask('a', 5, 1), ask('b', 0, 1)];
    expect(certify({ allocation: 5n, asks, shares: asShares({ a: 5 }) }).holds).toBe(true);
    expect(() => certify({ allocation: 5n, asks, shares: asShares({ x: 1 }) })).toThrow(
      'who does not ask',
    );
    expect(() => certify({ allocation: 5n, asks, shares: asShares({ a: -1 }) })).toThrow(
      'negative',
    );
  });

  it('holds for each of the 9 rules exactly in the deals where it agrees with prorate@1', () => {
    const met = new Map<string, number>();
    const law = fc.property(anyDeal, ({ allocation, asks }) => {
      const right = prorate(allocation, asks);
      for (const { id, allocate } of ruleCatalogue) {
        const shares = allocate(allocation, asks);
        const agrees = asks.every(
          (each) => shares.get(each.investorId) === right.get(each.investorId),
        );
        expect([id, certify({ allocation, asks, shares }).holds]).toEqual([id, agrees]);
        if (!agrees) met.set(id, (met.get(id) ?? 0) + 1);
      }
    });
    fc.assert(law, { ...laws, numRuns: 1500 });
    // Each bug showed itself, so the law above said something about it.
    expect([...met.keys()].sort()).toEqual(
      ruleCatalogue
        .slice(1)
        .map((rule) => rule.id)
        .sort(),
    );
  });

  it('rejects every right result once 1 unit is added, lost or moved', () => {
    const pick = fc.tuple(fc.nat(), fc.nat(), fc.constantFrom('add', 'lose', 'move'));
    const law = fc.property(anyDeal, pick, ({ allocation, asks }, [from, to, how]) => {
      fc.pre(asks.length > 1);
      const ids = asks.map((each) => each.investorId);
      const [giver, taker] = [ids[from % ids.length]!, ids[to % ids.length]!];
      const shares = prorate(allocation, asks);
      fc.pre(giver !== taker && (how === 'add' || shares.get(giver)! > 0n));
      if (how !== 'add') shares.set(giver, shares.get(giver)! - 1n);
      if (how !== 'lose') shares.set(taker, shares.get(taker)! + 1n);
      const certificate = certify({ allocation, asks, shares });
      expect(certificate.holds).toBe(false);
      expect(certificate.findings.length).toBeGreaterThan(0);
    });
    fc.assert(law, { ...laws, numRuns: 1500 });
  });

  it('gives a witness with which 1 pass rebuilds every share but for the last unit', () => {
    const law = fc.property(anyDeal, ({ allocation, asks }) => {
      const shares = prorate(allocation, asks);
      const { tiers, capped, open } = certify({ allocation, asks, shares });
      expect([...capped, ...open].sort()).toEqual(asks.map((each) => each.investorId).sort());
      for (const { investorId, requested, average } of asks) {
        const tier = average > 0n ? 'history' : 'no-history';
        const rate = tiers.find((each) => each.tier === tier)?.rate;
        const share = shares.get(investorId)!;
        if (capped.includes(investorId)) expect(share).toBe(requested);
        else {
          const weight = average > 0n ? average : 1n;
          const off = share * BigInt(rate!.den) - BigInt(rate!.num) * weight;
          expect(off > -BigInt(rate!.den) && off < BigInt(rate!.den)).toBe(true);
        }
      }
    });
    fc.assert(law, laws);
  });

  it('says the same of any shares whatever list they start from, in any 500 wrong results', () => {
    const law = fc.property(
      anyDeal,
      fc.array(fc.nat({ max: 12 })),
      ({ allocation, asks }, given) => {
        const shares = new Map(
          asks.map((each, index) => [each.investorId, BigInt(given[index] ?? 0)]),
        );
        const [wrong, right] = [shares, prorate(allocation, asks)].map((each) => {
          return certify({ allocation, asks, shares: each });
        });
        expect({ ...wrong, holds: true, findings: [] }).toEqual(right);
      },
    );
    fc.assert(law, laws);
  });

  it('survives JSON as it is', () => {
    const certificate = certify({ allocation: 100n, asks: cascadeOfThree, shares: new Map() });
    expect(JSON.parse(JSON.stringify(certificate))).toEqual(certificate);
    expect(kinds(certificate)).toEqual(['stranded']);
  });
});
