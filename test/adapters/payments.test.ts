import type { PaymentOutcome } from '../../activities/ports/payment-ledger';
import { oldDeal } from './plan-desk';
import { noon } from './decision-desk';
import { SettlementDesk, type SettlementCase } from './settlement-desk';

let on: SettlementDesk;
let the: SettlementCase;
let key: string;
beforeAll(async () => {
  on = await SettlementDesk.open();
});
afterAll(() => on.close());
beforeEach(async () => {
  the = await on.approved([oldDeal]);
  await the.run('prepareSettlement', {});
  key = (await on.ports.payments.list(the.incidentId))[0]!.key;
});

const bookedAt = '2026-11-21T12:00:01.000Z';
const outcomes: Record<PaymentOutcome['kind'], () => PaymentOutcome> = {
  accepted: () => ({ key, orderKey: key, kind: 'accepted', railId: 'BANK-1' }),
  settled: () => ({ key, orderKey: key, kind: 'settled', railId: 'BANK-1', bookedAt }),
  refused: () => ({ key, orderKey: key, kind: 'refused', cause: 'ACCOUNT_CLOSED' }),
  unknown: () => ({ key, orderKey: key, kind: 'unknown', cause: 'cut' }),
};
const of = () => ({ incidentId: the.incidentId, at: noon });
const record = (kind: PaymentOutcome['kind']) =>
  on.ports.payments.record({ ...of(), payer: 'firm', outcomes: [outcomes[kind]()] });
const mark = (attempts: number) =>
  on.ports.payments.markSending({ ...of(), rows: [{ key, orderKey: key, attempts }] });
const none = { settled: [], refused: [], unknown: [] };
const state = async () => (await the.payments())[0];
const balance = async (account: string) => (await the.ledger())[account];

describe('a payment in the books', () => {
  it('is taken by 1 of 2 who read the same row', async () => {
    const taken = await Promise.all([mark(0), mark(0)]);
    expect(taken.flat()).toEqual([key]);
    expect(await state()).toBe('compensation E sending 1');
    expect(await mark(1)).toEqual([key]);
    expect(await balance('clearing:firm')).toBe(-708_128n);
  });

  it.each(['settled', 'refused'] as const)(
    'stays %s, whatever is said of it later',
    async (kind) => {
      await mark(0);
      expect(await record(kind)).toEqual({ ...none, [kind]: [key] });
      for (const later of ['settled', 'refused', 'unknown', 'accepted'] as const) {
        expect(await record(later)).toEqual(none);
      }
      expect(await mark(1)).toEqual([]);
      expect(await state()).toBe(`compensation E ${kind} 1`);
      expect(await balance('clearing:firm')).toBe(0n);
      expect(await the.plan.evidence('payment-outcome')).toHaveLength(1);
    },
  );

  it('is unknown once for 2 lost answers, and settled when it is found', async () => {
    await mark(0);
    expect(await record('unknown')).toEqual({ ...none, unknown: [key] });
    expect(await record('unknown')).toEqual(none);
    expect(await record('settled')).toEqual({ ...none, settled: [key] });
    expect(await the.plan.evidence('payment-outcome')).toMatchObject([
      { unknown: 1, keys: [], unclear: [key] },
      { settled: 1, keys: [key], totals: { USD: '7081.28' } },
    ]);
  });

  it('is not settled by the rail’s word that it took it: accepted stays sending', async () => {
    await mark(0);
    expect(await record('accepted')).toEqual(none);
    expect(await state()).toBe('compensation E sending 1');
    expect(await balance('bank:firm')).toBeUndefined();
  });

  it('cannot be settled before it was sent: 0 rows change', async () => {
    expect(await record('settled')).toEqual(none);
    expect(await state()).toBe('compensation E reserved 0');
  });

  it.each([
    'amount_minor = 1',
    "payee = 'investor:M'",
    "payer = 'spv:X'",
    "payment_key = repeat('0', 64)",
  ])('lets a worker never set %s', async (change) => {
    const changed = on.desk.pool.query(`UPDATE payments SET ${change}`);
    await expect(changed).rejects.toThrow('permission denied');
    const deleted = on.desk.pool.query('DELETE FROM payments');
    await expect(deleted).rejects.toThrow('permission denied');
  });
});
