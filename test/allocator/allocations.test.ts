import fc from 'fast-check';
import type { z } from 'zod';
import type { allocationsPage } from '../../contracts/allocation-wire';
import { parseMinor } from '../../domain/money';
import { replay } from '../../domain/replay';
import { fiveDeal, fiveInvestors, investor, openAllocator, sharesIn } from './allocator-fixture';
import type { OpenAllocator } from './allocator-fixture';

type Page = z.infer<typeof allocationsPage>;

describe('an allocation', () => {
  let service: OpenAllocator;
  beforeAll(async () => {
    service = await openAllocator();
    await service.ask('PUT', '/investors', fiveInvestors);
  });
  afterAll(() => service.close());

  const allocate = (body: unknown) => service.ask('POST', '/allocations', body);
  const lastSeq = async () => Number((await service.ask('GET', '/state')).body['lastSeq']);

  it('gives D 128,571.43 and E 321,428.57 by prorate@1, rows in the order asked', async () => {
    const reply = await allocate(fiveDeal('FIVE'));
    expect(reply).toMatchObject({ status: 201, body: { seq: 1, dealId: 'FIVE' } });
    expect(sharesIn(reply)).toEqual({
      A: '100000.00',
      B: '400000.00',
      C: '50000.00',
      D: '128571.43',
      E: '321428.57',
    });
    expect(Object.keys(sharesIn(reply)).join('')).toBe('ABCDE');
    expect(reply.body['allocations']).toContainEqual({
      investorId: 'D',
      requested: '300000.00',
      average: '40000.0000',
      allocated: '128571.43',
    });
  });

  it('gives D 132,112.07 and E 317,887.93 once drifting-weights is live', async () => {
    const version = { rule: 'drifting-weights', ruleVersion: '2.0', averages: 'recorded' };
    await service.ask('POST', '/deploy', version);
    const reply = await allocate(fiveDeal('DRIFTED'));
    expect(sharesIn(reply)).toMatchObject({ D: '132112.07', E: '317887.93' });
    expect(reply.body).toMatchObject({ rule: 'drifting-weights', ruleVersion: '2.0' });
  });

  it('records a deal once and answers alike when it is sent 5 times at once', async () => {
    const sent = Array.from({ length: 5 }, () => allocate(fiveDeal('SAME')));
    const replies = await Promise.all(sent);
    expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 201]);
    const otherSpelling = await allocate(fiveDeal('SAME', { allocation: '1000000.00' }));
    expect(otherSpelling.status).toBe(200);
  });

  it.each([
    ['another allocation', { allocation: '1000000.01' }],
    ['another date', { closedOn: '2024-11-21' }],
    ['a mark that was not there', { mark: '3.00' }],
  ])('refuses a known deal with %s: 409 DEAL_EXISTS', async (_what, fields) => {
    await allocate(fiveDeal('KNOWN'));
    const { status, body } = await allocate(fiveDeal('KNOWN', fields));
    expect([status, body.error?.code]).toEqual([409, 'DEAL_EXISTS']);
  });

  it('counts neither the same day, nor another currency, nor an allocation of 0', async () => {
    const alone = (investorId: string) => [{ investorId, requested: '7' }];
    const one = { requests: alone('A'), closedOn: '2024-01-01' };
    await allocate(fiveDeal('NOTHING', { ...one, allocation: '0' }));
    await allocate(fiveDeal('YEN', { ...one, currency: 'JPY', allocation: '7' }));
    await allocate(fiveDeal('SEVEN', one));
    const average = async (dealId: string, closedOn: string) => {
      const { body } = await allocate(fiveDeal(dealId, { requests: alone('A'), closedOn }));
      return (body['allocations'] as { average: string }[])[0]?.average;
    };
    expect(await average('SAME-DAY', '2024-01-01')).toBe('250000.0000');
    // (250,000 + 7 + 7) / 3, as the same-day deal counts from the next day on.
    expect(await average('NEXT-DAY', '2024-01-02')).toBe('83338.0000');
  });

  it.each([
    ['an investor nobody announced', { requests: [{ investorId: 'X', requested: '1' }] }, /"X"/],
    ['more decimals than money has', { allocation: '1.005' }, /deal\.allocation/],
    ['a currency that does not exist', { currency: 'XXQ' }, /ISO 4217/],
    ['an unknown field', { colour: 'blue' }, /colour/],
    ['an unknown fact', { facts: { shoe_size: '43' } }, /shoe_size/],
    [
      'an investor twice',
      { requests: ['1', '2'].map((requested) => ({ investorId: 'A', requested })) },
      /twice/,
    ],
  ])('rejects %s with 400 and says where', async (_what, fields, where) => {
    const before = await lastSeq();
    const { status, body } = await allocate(fiveDeal('BAD', fields));
    expect([status, body.error?.kind]).toEqual([400, 'rejected']);
    expect(body.error?.message).toMatch(where);
    expect(await lastSeq()).toBe(before);
  });

  it('is stopped by a hold on that very deal', async () => {
    const order = { kind: 'deal', deal: 'HELD', incident: 'INC-2026-0001', reason: 'reported' };
    await service.ask('POST', '/holds', order);
    expect((await allocate(fiveDeal('HELD'))).body.error?.code).toBe('DEAL_HELD');
    expect((await allocate(fiveDeal('OTHER'))).status).toBe(201);
  });

  it('is paged by seq without a gap or a repeat, 2 at a time', async () => {
    const begin = await lastSeq();
    for (const dealId of ['c', 'a', 'b', 'e', 'd']) await allocate(fiveDeal(dealId));
    const seen: string[] = [];
    for (let since = begin; ;) {
      const { body } = await service.ask('GET', `/allocations?since=${String(since)}&limit=2`);
      const { allocations, next } = body as unknown as Page;
      seen.push(...allocations.map(({ seq, deal }) => `${String(seq - begin)}${deal}`));
      if (next === since) break;
      since = next;
    }
    expect(seen).toEqual(['1c', '2a', '3b', '4e', '5d']);
  });
});

describe('averages from the service’s own history', () => {
  it('are those of a replay for 30 random deals on 12 days in 2 currencies', async () => {
    const service = await openAllocator();
    try {
      const opening = { historyTotal: '100.01', historyCount: 3, historyCurrency: 'USD' };
      const people = ['A', 'B', 'C', 'D', 'E', 'F'].map((id, index) =>
        investor(id, index < 3 ? opening : {}),
      );
      await service.ask('PUT', '/investors', people);
      const version = { rule: 'drifting-weights', ruleVersion: '2', averages: 'recorded' };
      await service.ask('POST', '/deploy', version);
      for (const deal of randomDeals()) {
        expect((await service.ask('POST', '/allocations', deal)).status).toBe(201);
      }
      const { body } = await service.ask('GET', '/allocations?limit=1000');
      const lines = replayed(body as unknown as Page).flatMap((deal) => deal.lines);
      expect(lines.length).toBeGreaterThan(60);
      const differing = lines.filter((line) => line.averageRecorded !== line.averageFollowing);
      expect(differing).toEqual([]);
      expect(lines.some((line) => !/\.(0000|\d\d00)$/.test(line.averageRecorded))).toBe(true);
    } finally {
      await service.close();
    }
  });
});

function randomDeals() {
  const request = fc.record({
    investorId: fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F'),
    requested: fc.integer({ min: 0, max: 900 }).map(String),
  });
  const deal = fc.record({
    day: fc.integer({ min: 1, max: 12 }),
    currency: fc.constantFrom('USD', 'USD', 'JPY'),
    allocation: fc.integer({ min: 0, max: 1500 }).map(String),
    requests: fc.uniqueArray(request, { selector: (row) => row.investorId, minLength: 1 }),
  });
  const [deals = []] = fc.sample(fc.array(deal, { minLength: 30, maxLength: 30 }), {
    seed: 7,
    numRuns: 1,
  });
  return deals
    .sort((a, b) => a.day - b.day)
    .map(({ day, ...fields }, index) => {
      const closedOn = `2025-03-${String(day).padStart(2, '0')}`;
      return fiveDeal(`DEAL-${String(index).padStart(2, '0')}`, { closedOn, ...fields });
    });
}

function replayed({ allocations }: Page) {
  const opening = { total: 10_001n, count: 3, currency: 'USD' };
  const deals = allocations.map(({ deal: dealId, closedOn, currency, ...row }) => ({
    dealId,
    closedOn,
    currency,
    allocation: parseMinor(row.allocation, currency),
    commitments: row.allocations.map((line) => ({
      investorId: line.investorId,
      average: line.average,
      requested: parseMinor(line.requested, currency),
      allocated: parseMinor(line.allocated, currency),
    })),
  }));
  return [...replay(deals, new Map(['A', 'B', 'C'].map((id) => [id, opening])))];
}
