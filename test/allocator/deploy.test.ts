import { fiveDeal, fiveInvestors, investor, openAllocator, sharesIn } from './allocator-fixture';
import { serviceHold, type OpenAllocator, type Reply } from './allocator-fixture';

const fix = { rule: 'prorate@1', ruleVersion: '3.0', averages: 'recorded' };

describe('a deployment', () => {
  let service: OpenAllocator;
  beforeEach(async () => {
    service = await openAllocator();
  });
  afterEach(() => service.close());

  const deploy = (order: unknown, token?: string): Promise<Reply> =>
    service.ask('POST', '/deploy', order, token === undefined ? {} : { 'Makewhole-Hold': token });
  const hold = async (order: Record<string, unknown> = serviceHold) => {
    const { body } = await service.ask('POST', '/holds', order);
    return String(body['token']);
  };
  const live = async () => (await service.ask('GET', '/state')).body['ruleVersion'];

  it('needs the token of a standing service hold while frozen', async () => {
    const token = await hold();
    const dealToken = await hold({ ...serviceHold, kind: 'deal', deal: 'FRESH' });
    const lifted = await hold({ ...serviceHold, incident: 'INC-2026-0007' });
    await service.ask('DELETE', `/holds/${lifted}`);
    const refusals = [
      [await deploy(fix), 409, 'ALLOCATIONS_FROZEN'],
      [await deploy(fix, dealToken), 409, 'HOLD_LIFTED'],
      [await deploy(fix, lifted), 409, 'HOLD_LIFTED'],
      [await deploy(fix, 'x'.repeat(32)), 404, 'HOLD_UNKNOWN'],
    ] as const;
    for (const [{ status, body }, expected, code] of refusals) {
      expect([status, body.error?.code]).toEqual([expected, code]);
    }
    expect(await live()).toBe('initial');
    expect((await deploy(fix, token)).status).toBe(201);
    expect(await live()).toBe('3.0');
    expect((await service.ask('POST', '/allocations', fiveDeal('NEW'))).status).toBe(503);
  });

  it('is answered alike when repeated, also after the hold was lifted', async () => {
    const token = await hold();
    const first = await deploy(fix, token);
    await service.ask('DELETE', `/holds/${token}`);
    expect(await deploy(fix, token)).toEqual({ status: 200, body: first.body });
  });

  it('is refused under a label that stands for other content', async () => {
    await deploy(fix);
    for (const other of [
      { ...fix, rule: 'round-each' },
      { ...fix, averages: 'corrected' },
    ]) {
      const { status, body } = await deploy(other);
      expect([status, body.error?.code]).toEqual([409, 'RULE_VERSION_TAKEN']);
    }
  });

  it('goes back to an earlier version by its label', async () => {
    await deploy({ ...fix, rule: 'drifting-weights' });
    await deploy({ rule: 'prorate@1', ruleVersion: 'initial', averages: 'recorded' });
    expect(await live()).toBe('initial');
  });

  it('of an unknown rule is rejected with the 9 known ones listed', async () => {
    const { status, body } = await deploy({ ...fix, rule: 'prorate@9' });
    expect([status, body.error?.code]).toEqual([400, 'INPUT_INVALID']);
    expect(body.error?.message.split(', ')).toHaveLength(9);
  });

  it('on corrected averages reads 128,571.43 for D where 132,112.07 was recorded', async () => {
    await service.ask('PUT', '/investors', [...fiveInvestors, investor('N')]);
    await deploy({ rule: 'drifting-weights', ruleVersion: '2.0', averages: 'recorded' });
    const wrong = await service.ask('POST', '/allocations', fiveDeal('OLD'));
    expect(sharesIn(wrong)['D']).toBe('132112.07');
    const restatements = [
      { dealId: 'OLD', investorId: 'E', allocated: '321428.57' },
      { dealId: 'OLD', investorId: 'D', allocated: '128571.43' },
      { dealId: 'NEVER-SEEN', investorId: 'D', allocated: '1' },
    ];
    const order = { ...fix, averages: 'corrected', restatements };
    expect((await deploy(order)).body).toMatchObject({ restatementsMatched: 2 });
    const turned = { ...order, restatements: [...restatements].reverse() };
    expect((await deploy(turned)).status).toBe(200);
    const averages = async (dealId: string, closedOn: string) => {
      const reply = await service.ask('POST', '/allocations', fiveDeal(dealId, { closedOn }));
      const rows = reply.body['allocations'] as { investorId: string; average: string }[];
      return Object.fromEntries(rows.map((row) => [row.investorId, row.average]));
    };
    // (40,000 + 128,571.43) / 2; A was not restated: (250,000 + 100,000) / 2.
    const corrected = await averages('NEW', '2025-01-01');
    expect(corrected).toMatchObject({ D: '84285.7150', A: '175000.0000' });
    const back = { rule: 'prorate@1', ruleVersion: '4.0', averages: 'recorded' };
    await deploy(back);
    const recorded = await averages('NEWER', '2025-01-01');
    expect(recorded['D']).toBe('86056.0350');
    const stray = await deploy({ ...back, ruleVersion: '5.0', restatements });
    expect(stray.status).toBe(400);
  });
});
