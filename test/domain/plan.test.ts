import fc from 'fast-check';
import { parseMinor } from '../../domain/money';
import { composePlan, type PlanHead } from '../../domain/plan';
import { assertConserved } from '../../domain/plan-conservation';
import { planDeal } from '../../domain/plan-deal';
import type { PlanLine } from '../../domain/plan-line';
import { leafOf, planFaults, rootOf, sealPlan, type PlanManifest } from '../../proof/plan-digest';
import { compensable, dealCase, holder, redistributable, rules } from './deal-cases';

const head: PlanHead = {
  incident: 'INC-2026-0042',
  version: 1,
  pack: 'demo',
  packVersion: '1',
  ruleVersion: 'prorate@1',
  basis: 'asRecorded',
  impactDigest: 'a'.repeat(64),
  payOn: '2026-07-15',
  goodThrough: '2026-07-29',
};
const old = planDeal(dealCase(compensable, { deal: 'OLD' }));
const fresh = planDeal(dealCase(redistributable));
const waiting = planDeal(dealCase({ stage: '' }, { deal: 'WAITS' }));
const sealed = sealPlan(composePlan(head, [old, fresh]));
const minor = (lines: readonly PlanLine[], leg: string) =>
  lines
    .filter((line) => line.leg === leg)
    .reduce((sum, { amount, currency }) => sum + parseMinor(amount, currency), 0n);

describe('composePlan', () => {
  it('adds up the demonstration: out 10,632.78 (firm 7,092.14, spv 3,540.64), in 3,540.64', () => {
    const { deals } = composePlan(head, [old, fresh]);
    expect(deals.map(({ deal, totals }) => [deal, totals.out, totals.in, totals.units])).toEqual([
      ['FRESH', { firm: '10.86', 'spv:FRESH': '3540.64' }, { 'spv:FRESH': '3540.64' }, '3540.64'],
      ['OLD', { firm: '7081.28' }, {}, '0.00'],
    ]);
    expect(deals.map(({ totals }) => totals.letStand)).toEqual(['0.00', '3540.64']);
  });

  it('leaves out the deal that waits, and only that one', () => {
    const { deals, allLines } = composePlan(head, [waiting, old, fresh]);
    expect(deals.map(({ deal }) => deal)).toEqual(['FRESH', 'OLD']);
    expect(allLines).toHaveLength(7);
  });

  it('refuses a deal that stands twice', () => {
    expect(() => composePlan(head, [old, old])).toThrow('a deal stands twice');
  });
});

describe('sealPlan', () => {
  it('gives the same digest to the same facts, in whatever order deals come', () => {
    expect(sealPlan(composePlan(head, [waiting, fresh, old])).digest).toBe(sealed.digest);
  });

  it.each([
    { version: 2 },
    { incident: 'INC-2026-0043' },
    { packVersion: '2' },
    { basis: 'asShouldHaveBeen' },
    { impactDigest: 'b'.repeat(64) },
    { payOn: '2026-07-16' },
    { goodThrough: '2026-07-30' },
  ] as Partial<PlanHead>[])('gives another digest when the head differs in %j', (part) => {
    expect(sealPlan(composePlan({ ...head, ...part }, [old, fresh])).digest).not.toBe(
      sealed.digest,
    );
  });

  it('changes the digest with any line’s cent, and leaves the other deal’s alone', () => {
    const draft = composePlan(head, [old, fresh]);
    for (const [index, line] of draft.allLines.entries()) {
      const amount = line.amount.replace(/.$/, (last) => (last === '9' ? '0' : '9'));
      const changed = sealPlan({
        ...draft,
        allLines: draft.allLines.with(index, { ...line, amount }),
      });
      expect(changed.digest).not.toBe(sealed.digest);
      const others = ({ manifest }: typeof sealed) =>
        manifest.deals.filter(({ deal }) => deal !== line.deal).map(({ dealDigest }) => dealDigest);
      expect(others(changed)).toEqual(others(sealed));
    }
  });

  it('binds payer, payee, sequence and how an amount came about', () => {
    const line = fresh.lines[0]!;
    for (const part of [{ payer: 'x' }, { payee: 'x' }, { sequence: 2 }, { computed: 'x' }]) {
      expect(rootOf([{ ...line, ...part }])).not.toBe(rootOf([line]));
    }
  });

  it('takes the root over sorted leaves, however the lines stand', () => {
    expect(rootOf(fresh.lines.toReversed())).toBe(rootOf(fresh.lines));
  });
});

describe('planFaults', () => {
  const { manifest, manifestText, digest, lines } = sealed;
  const stored = { manifest, manifestText, digest, lines };
  const edited = (part: Partial<PlanLine>) => {
    const line = { ...lines[0]!, ...part };
    return { ...stored, lines: lines.with(0, { ...line, leaf: leafOf(line) }) };
  };

  it('finds nothing in a plan as it was sealed', () => {
    expect(planFaults(stored)).toEqual([]);
    expect(planFaults({ ...stored, lines: lines.toReversed() })).toEqual([]);
  });

  it('names a line whose column differs from its leaf by one cent', () => {
    const line = { ...lines[0]!, amount: '10.87' };
    expect(planFaults({ ...stored, lines: lines.with(0, line) })).toContain(
      'line FRESH/D/interest/1 is not what its leaf says',
    );
  });

  it('names the deal when a line and its leaf were edited together', () => {
    const faults = planFaults(edited({ amount: '10.87' }));
    expect(faults).toContainEqual(expect.stringContaining('deal FRESH: root says'));
    expect(faults).toContainEqual(expect.stringContaining('deal FRESH: totals says'));
  });

  it('names a dropped line, an added line and a line of a deal nobody approved', () => {
    expect(planFaults({ ...stored, lines: lines.slice(1) })).toContainEqual(
      expect.stringContaining('deal FRESH: line count says 5, lines give 4'),
    );
    expect(planFaults(edited({ deal: 'STRAY' }))).toContain(
      'deal STRAY has lines but stands in no entry',
    );
  });

  it('names a digest, a text or a machine’s copy of the manifest that was edited', () => {
    const other = { ...manifest, payOn: '2026-07-16' };
    expect(planFaults({ ...stored, digest: 'f'.repeat(64) })).toHaveLength(1);
    expect(planFaults({ ...stored, manifest: other })).toHaveLength(1);
    expect(planFaults({ ...stored, manifestText: `${manifestText} ` })).toHaveLength(2);
  });

  it('names a deal’s digest that does not follow from its entry', () => {
    const deals = manifest.deals.map((entry) => ({ ...entry, remedy: 'R9' as const }));
    const forged: PlanManifest = { ...manifest, deals };
    expect(planFaults({ ...stored, manifest: forged })).toContainEqual(
      expect.stringContaining('deal FRESH: digest says'),
    );
  });
});

describe('conservation', () => {
  const amount = fc.bigInt({ min: 1n, max: 10n ** 12n });
  const marks = fc.constantFrom('0', '0.2', '0.95', '1.00', '1.05', '3.00', '7.3333333');
  const ids = (count: number) => Array.from({ length: count }, (_, index) => `i-${index}`);

  /** Holders whose excess and shortfall are the same sum. */
  const balanced = fc
    .array(fc.tuple(amount, amount), { minLength: 1, maxLength: 12 })
    .map((rows) => {
      const names = ids(rows.length * 2 + 1);
      const deltas = rows.flatMap(([over, under]) => [over, -under]);
      const rest = -deltas.reduce((sum, delta) => sum + delta, 0n);
      return [...deltas, rest]
        .map((delta, index) => holder(names[index]!, delta))
        .filter(({ delta }) => delta !== 0n);
    });

  it('moves units out = in and pays the vehicle out what it called, for 100 random impacts', () => {
    const holds = fc.property(balanced, marks, (holders, mark) => {
      const facts = { ...redistributable, mark, firm_pays_difference: 'yes' };
      const deal = dealCase(facts, { holders, rules: { ...rules, floor: {} } });
      const { lines, remedy } = planDeal(deal);
      const excess = holders.reduce((sum, { delta }) => (delta > 0n ? sum + delta : sum), 0n);
      expect(remedy).toBe('R2');
      for (const leg of ['transfer-out', 'transfer-in', 'call', 'refund']) {
        expect(minor(lines, leg)).toBe(excess);
      }
      // Never more transfers than it takes: one less than there are holders.
      const transfers = lines.filter(({ leg }) => leg === 'transfer-in');
      expect(transfers.length).toBeLessThan(holders.length);
    });
    fc.assert(holds, { seed: 11, numRuns: 100 });
  });

  it('leaves nobody below recorded facts by R2 at any mark, for 100 random impacts', () => {
    const holds = fc.property(balanced, marks, (holders, mark) => {
      const facts = { ...redistributable, mark, firm_pays_difference: 'yes' };
      const { lines } = planDeal(dealCase(facts, { holders, rules: { ...rules, floor: {} } }));
      const worth = (units: bigint) => (units * BigInt(Math.round(+mark * 1e7))) / 10n ** 7n;
      for (const { investor, delta } of holders.filter((each) => each.delta > 0n)) {
        const own = lines.filter((line) => line.investor === investor);
        const got = minor(own, 'refund') + minor(own, 'compensation') + minor(own, 'interest');
        expect(got + 1n).toBeGreaterThanOrEqual(worth(delta));
      }
    });
    fc.assert(holds, { seed: 12, numRuns: 100 });
  });

  it('collects nothing from anybody by R8 and gives every holder a line, at any mark', () => {
    const holds = fc.property(balanced, marks, (holders, mark) => {
      const facts = { ...compensable, mark };
      const { lines } = planDeal(dealCase(facts, { holders, rules: { ...rules, floor: {} } }));
      expect(lines.every(({ payer }) => payer === 'firm' || payer === '')).toBe(true);
      expect(new Set(lines.map(({ investor }) => investor)).size).toBe(holders.length);
    });
    fc.assert(holds, { seed: 13, numRuns: 100 });
  });

  it.each([
    ['a unit more out than in', 'transfer-out', { amount: '3540.65' }],
    ['a refund without a call behind it', 'refund', { amount: '3540.65' }],
    ['a refund paid by the firm', 'refund', { payer: 'firm' }],
    ['a call on somebody else', 'call', { payer: 'investor:A' }],
    ['interest paid by another investor', 'interest', { payer: 'investor:E' }],
    ['interest paid to somebody else', 'interest', { payee: 'investor:E' }],
    ['a line of another deal', 'refund', { deal: 'OLD' }],
    ['another currency', 'refund', { currency: 'EUR' }],
    ['a line that moves nothing', 'interest', { amount: '0.00' }],
    ['a transfer that names accounts', 'transfer-in', { payee: 'investor:E' }],
  ] as const)('refuses %s', (_what, leg, part) => {
    const deal = { deal: 'FRESH', currency: 'USD', imbalance: 0n };
    const lines = fresh.lines.map((line) => (line.leg === leg ? { ...line, ...part } : line));
    expect(() => assertConserved(deal, fresh.lines)).not.toThrow();
    expect(() => assertConserved(deal, lines)).toThrow();
  });

  it.each(['transfer-out', 'transfer-in', 'call', 'refund'])(
    'refuses a plan without its %s',
    (leg) => {
      const deal = { deal: 'FRESH', currency: 'USD', imbalance: 0n };
      const lines = fresh.lines.filter((line) => line.leg !== leg);
      expect(() => assertConserved(deal, lines)).toThrow('transfer 1: ');
      const money = fresh.lines.filter((line) => line.leg === 'refund' || line.leg === 'call');
      expect(() => assertConserved(deal, money)).toThrow('transfer 1: ');
    },
  );

  it('stops a draft whose escrow would not end at the right shares', () => {
    const escrow = dealCase({ stage: 'escrow', opt_out_offered: 'yes' }, { imbalance: 1n });
    expect(() => planDeal(escrow)).toThrow('escrow:FRESH: expected 1 to leave, found 0');
  });

  it('never sends the residue to the firm', () => {
    const line = { ...fresh.lines[0]!, leg: 'residue' as const, payee: 'residue:firm' };
    const deal = { deal: 'FRESH', currency: 'USD', imbalance: 0n };
    expect(() => assertConserved(deal, [line])).toThrow();
  });
});
