import { planDeal } from '../../domain/plan-deal';
import type { DealCase, Gate, RemedyId } from '../../domain/remedy';
import { optionsFor, remedyCatalogue } from '../../domain/remedy-options';
import { compensable, dealCase, holder, redistributable, rules } from './deal-cases';

const linesOf = (deal: DealCase) =>
  planDeal(deal).lines.map(({ investor, leg, sequence, amount, payer, payee }) =>
    [investor, leg, sequence, amount, payer, payee].join(' '),
  );
const gate = (given: { deal: DealCase; remedy: RemedyId; gate: string }): Gate => {
  const option = optionsFor(given.deal)[given.remedy];
  return option.gates.find((each) => each.gate === given.gate)!;
};

const noFloor = { ...rules, floor: {} };

describe('the two deals of the demonstration', () => {
  const old = dealCase(compensable, { deal: 'OLD', closedOn: '2024-07-15' });

  it('pays E 7,081.28 for the old deal at mark 3.00, and lets D keep the units', () => {
    expect(planDeal(old).remedy).toBe('R8');
    expect(linesOf(old)).toEqual([
      'D let-stand 1 3540.64  ',
      'E compensation 1 7081.28 firm investor:E',
    ]);
  });

  it('moves 3,540.64 in the fresh deal, called from E, refunded to D with 10.86 interest', () => {
    const fresh = dealCase(redistributable);
    expect(planDeal(fresh).remedy).toBe('R2');
    expect(linesOf(fresh)).toEqual([
      'D interest 1 10.86 firm investor:D',
      'D refund 1 3540.64 spv:FRESH investor:D',
      'D transfer-out 1 3540.64  ',
      'E call 1 3540.64 investor:E spv:FRESH',
      'E transfer-in 1 3540.64  ',
    ]);
  });

  it('says how each amount came about without naming anybody else', () => {
    const said = [old, dealCase(redistributable)].flatMap((deal) => planDeal(deal).lines);
    expect(said.find(({ leg }) => leg === 'compensation')!.computed).toBe(
      'gain missed: (mark 3.00 - 1) x shortfall 3540.64 = 7081.28',
    );
    expect(said.find(({ leg }) => leg === 'interest')!.computed).toBe(
      '3540.64 at 8 % simple, ACT/365F, 2026-07-01 to 2026-07-15, 14 days = 10.86',
    );
    for (const { investor, computed } of said) {
      expect(computed).not.toMatch(investor === 'D' ? /\bE\b/ : /\bD\b/);
    }
  });

  it('costs the firm 7,081.28 by R8 and 10.86 by R2', () => {
    expect(optionsFor(old).R8).toMatchObject({ cost: '7081.28', cashNeed: '7081.28' });
    expect(optionsFor(dealCase(redistributable)).R2).toMatchObject({ cost: '10.86' });
  });
});

describe('R8', () => {
  it('pays nothing and lets all stand at mark 1.00', () => {
    const deal = dealCase({ ...compensable, mark: '1.00' });
    expect(linesOf(deal)).toEqual(['D let-stand 1 3540.64  ', 'E let-stand 1 3540.64  ']);
  });

  it('pays the over-holder (1 - m) of the excess below cost, and the short nothing', () => {
    const deal = dealCase({ ...compensable, mark: '0.20' });
    expect(linesOf(deal)).toEqual([
      'D compensation 1 2832.51 firm investor:D',
      'E let-stand 1 3540.64  ',
    ]);
  });

  it('adds interest from the mark’s date to payment, on the compensation only', () => {
    const deal = dealCase({ ...compensable, mark_on: '2026-07-01' });
    expect(linesOf(deal)).toContain('E interest 1 21.73 firm investor:E');
  });

  it('runs interest from the closing where the mark has no date, as an assumption', () => {
    const deal = dealCase({ ...compensable, mark_on: '' }, { closedOn: '2025-07-15' });
    expect(linesOf(deal)).toContain('E interest 1 566.50 firm investor:E');
    expect(planDeal(deal).assumptions).toEqual([
      expect.objectContaining({ fact: 'mark_on', assumed: '2025-07-15', effect: 'beneficial' }),
    ]);
  });

  it('shows what it would cost at other marks: D · |m − 1|, nothing at cost', () => {
    const holders = [holder('A', 2_976_190n), holder('B', -2_976_190n)];
    expect(optionsFor(dealCase(compensable, { holders })).R8.exposure).toEqual([
      { mark: '0.20', cost: '23809.52' },
      { mark: '0.50', cost: '14880.95' },
      { mark: '1.00', cost: '0.00' },
      { mark: '2.00', cost: '29761.90' },
      { mark: '3.00', cost: '59523.80' },
    ]);
  });

  it('counts yen without decimals and dinars with three', () => {
    const holders = [holder('D', 354n), holder('E', -354n)];
    const yen = dealCase(compensable, { holders, currency: 'JPY' });
    expect(linesOf(yen)).toContain('E compensation 1 708 firm investor:E');
    const dinar = dealCase(compensable, { holders, currency: 'KWD' });
    expect(linesOf(dinar)).toContain('E compensation 1 0.708 firm investor:E');
  });
});

describe('R2', () => {
  it('numbers one transfer per pair, over- to under-holders by code point', () => {
    const holders = [holder('A', 500n), holder('B', 300n), holder('X', -600n), holder('Y', -200n)];
    const transfers = linesOf(dealCase(redistributable, { holders, rules: noFloor }));
    expect(transfers.filter((line) => !line.includes('interest'))).toEqual([
      'A refund 1 5.00 spv:FRESH investor:A',
      'A transfer-out 1 5.00  ',
      'B refund 2 1.00 spv:FRESH investor:B',
      'B refund 3 2.00 spv:FRESH investor:B',
      'B transfer-out 2 1.00  ',
      'B transfer-out 3 2.00  ',
      'X call 1 5.00 investor:X spv:FRESH',
      'X call 2 1.00 investor:X spv:FRESH',
      'X transfer-in 1 5.00  ',
      'X transfer-in 2 1.00  ',
      'Y call 3 2.00 investor:Y spv:FRESH',
      'Y transfer-in 3 2.00  ',
    ]);
  });

  it('pays the over-holder the gain that moving at cost would take, at mark 1.05', () => {
    const lines = linesOf(dealCase({ ...redistributable, mark: '1.05' }));
    expect(lines).toContain('D compensation 1 177.03 firm investor:D');
  });

  it('pays the short what units at cost are above their worth, at mark 0.95', () => {
    const lines = linesOf(dealCase({ ...redistributable, mark: '0.95' }));
    expect(lines).toContain('E compensation 1 177.03 firm investor:E');
  });
});

describe('R1', () => {
  const facts = { stage: 'escrow', opt_out_offered: 'yes' };

  it('refunds from escrow and calls into escrow, and nothing else', () => {
    expect(linesOf(dealCase(facts))).toEqual([
      'D refund 1 3540.64 escrow:FRESH investor:D',
      'E call 1 3540.64 investor:E escrow:FRESH',
    ]);
  });

  it('calls more than it refunds where money was stranded', () => {
    const holders = [holder('D', 100_000n), holder('E', -300_000n)];
    expect(linesOf(dealCase(facts, { holders }))).toEqual([
      'D refund 1 1000.00 escrow:FRESH investor:D',
      'E call 1 3000.00 investor:E escrow:FRESH',
    ]);
  });
});

describe('R9', () => {
  const holders = [holder('D', 200n), holder('E', -200n)];

  it('pays what is owed below the floor to the state when no details are on file', () => {
    expect(linesOf(dealCase(compensable, { holders }))).toEqual([
      'D let-stand 1 2.00  ',
      'E let-stand 1 2.00  ',
      'firm residue 1 4.00 firm residue:state',
    ]);
  });

  it('still pays below the floor who has details on file', () => {
    const known = [holders[0]!, holder('E', -200n, { detailsOnFile: true })];
    expect(linesOf(dealCase(compensable, { holders: known }))).toEqual([
      'D let-stand 1 2.00  ',
      'E compensation 1 4.00 firm investor:E',
      'E let-stand 1 2.00  ',
    ]);
  });

  it('takes the whole shortfall as owed where no mark is known', () => {
    const lines = linesOf(dealCase({ stage: 'closed' }, { holders }));
    expect(lines).toContain('firm residue 1 2.00 firm residue:state');
  });

  it('is out when all differences together reach the floor of 10.00, and in one cent below', () => {
    const reach = [holder('D', 500n), holder('E', -500n)];
    const below = [holder('D', 500n), holder('E', -499n)];
    const at = (each: typeof reach) =>
      gate({ deal: dealCase({}, { holders: each }), remedy: 'R9', gate: 'below-floor' }).result;
    expect([at(reach), at(below)]).toEqual(['fail', 'pass']);
  });

  it('is out when what a difference has cost since reaches the floor', () => {
    const tiny = [holder('D', 20n), holder('E', -20n)];
    const deal = dealCase({ ...compensable, mark: '60' }, { holders: tiny });
    expect(gate({ deal, remedy: 'R9', gate: 'below-floor' }).result).toBe('fail');
  });

  it('knows no floor in a currency the pack does not list', () => {
    const deal = dealCase(compensable, { holders, currency: 'EUR' });
    expect(gate({ deal, remedy: 'R9', gate: 'below-floor' }).result).toBe('fail');
  });
});

describe('options', () => {
  it('stand side by side from R1 to R9, R7 high beside R2 medium, each with a reason', () => {
    const options = optionsFor(dealCase(redistributable));
    expect(Object.keys(options)).toEqual(Object.keys(remedyCatalogue));
    expect([options.R7.risk.level, options.R2.risk.level]).toEqual(['high', 'medium']);
    expect(options.R7.risk.reason).toContain('may hurt the company');
    expect(options.R2.risk.reason).toContain('may alienate investors');
  });

  it('list R3, R4, R5 and R6 as not yet offered, with the reason', () => {
    const options = optionsFor(dealCase(redistributable));
    for (const id of ['R3', 'R4', 'R5', 'R6'] as const) {
      expect(options[id]).toMatchObject({ standing: 'notYetOffered', gates: [] });
      expect(options[id].notYetOffered).toMatch(/\w/);
    }
  });

  it('need all excess and its interest in cash for R4', () => {
    const { R4 } = optionsFor(dealCase(redistributable));
    expect([R4.cost, R4.cashNeed]).toEqual(['10.86', '3551.50']);
  });

  it('say no cost while the mark it hangs on is unknown', () => {
    const options = optionsFor(dealCase({ stage: 'closed' }));
    expect([options.R2.cost, options.R7.cost, options.R8.cost]).toEqual([null, null, null]);
  });

  it('let the firm pay in R7 what today’s price is above cost', () => {
    expect(optionsFor(dealCase(compensable)).R7.cost).toBe('7081.28');
  });
});
