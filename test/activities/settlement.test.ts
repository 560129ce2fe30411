import { SettlementDesk } from '../adapters/settlement-desk';

let on: SettlementDesk;
beforeAll(async () => {
  on = await SettlementDesk.open();
});
afterAll(() => on.close());

describe('settling the demonstration', () => {
  it('ends at out 10,632.78, in 3,540.64, 0.00 left, each payment once', async () => {
    const the = await on.approved();
    const spv = `spv:${the.fresh}`;
    expect(await the.run('prepareSettlement', {})).toEqual({
      payers: ['firm', spv],
      payments: 3,
      calls: 1,
      transfers: 1,
      outdated: false,
    });
    expect(await the.run('issueInvoices', {})).toEqual({ issued: 1 });
    expect(await the.pay('firm')).toEqual({ settled: 2, refused: 0, unknown: 0, waiting: 0 });
    expect(await the.pay(spv)).toEqual({ settled: 0, refused: 0, unknown: 0, waiting: 1 });
    expect(await the.run('matchReceipts', {})).toEqual({ matched: 0, unmatched: 0 });
    expect(await the.run('transferUnits', {})).toEqual({ confirmed: 0, refused: 0, waiting: 1 });
    await the.payIn('E');
    expect(await the.run('matchReceipts', {})).toEqual({ matched: 1, unmatched: 0 });
    expect(await the.pay(spv)).toEqual({ settled: 0, refused: 0, unknown: 0, waiting: 1 });
    expect(await the.run('transferUnits', {})).toEqual({ confirmed: 1, refused: 0, waiting: 0 });
    expect(await the.pay(spv)).toEqual({ settled: 1, refused: 0, unknown: 0, waiting: 0 });
    expect(await the.run('settlementState', {})).toEqual({
      open: { payments: 0, invoices: 0, transfers: 0, unknown: 0, refused: 0 },
      terminal: true,
    });
    expect(await the.run('reconcilePlan', {})).toEqual({ explained: true });
    const [reconciled] = await the.plan.evidence('reconciled');
    const figures = (sum: string) => ({ owed: sum, booked: sum, moved: sum, difference: '0.00' });
    expect(reconciled).toMatchObject({
      out: { USD: figures('10632.78') },
      in: { USD: figures('3540.64') },
    });
    expect((await the.booked('firm')).sort()).toEqual([
      'out 1086 investor:D',
      'out 708128 investor:E',
    ]);
    expect(await the.booked(spv)).toEqual(['in 354064 investor:E', 'out 354064 investor:D']);
    expect(await on.ports.settlements.dealStates(the.incidentId)).toEqual([
      { dealId: the.fresh, approved: true, terminal: true },
      { dealId: the.old, approved: true, terminal: true },
    ]);
    expect(await the.waits()).toEqual([]);
  });
});
