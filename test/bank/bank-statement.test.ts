import type { FastifyInstance } from 'fastify';
import { SandboxRail } from '../../adapters/bank/sandbox-rail';
import { ask, listeningBank, removeStore, usd } from './open-bank';

describe('an account’s statement', () => {
  let app: FastifyInstance;
  let rail: SandboxRail;
  let storePath: string;
  beforeAll(async () => {
    const bank = await listeningBank();
    ({ app, storePath } = bank);
    rail = new SandboxRail({ bankUrl: bank.url });
    const opening = usd('50.00');
    await ask(app, {
      route: 'POST /accounts',
      body: { account: 'spv:OLD', currency: 'USD', opening },
    });
    for (let index = 1; index <= 25; index += 1) {
      const [from, to] = index % 5 === 0 ? ['investor:E', 'spv:OLD'] : ['spv:OLD', 'investor:E'];
      const body = { from, to, amount: usd('1.00'), reference: `row ${index}` };
      const route = index % 5 === 0 ? 'POST /incoming' : 'POST /payments';
      await ask(app, { route, key: `row-${index}`, body });
    }
  });
  afterAll(async () => {
    await app.close();
    removeStore(storePath);
  });

  it('numbers 25 entries from 1 in the order they were booked, in and out', async () => {
    const page = await rail.statement({ account: 'spv:OLD', afterSeq: 0, limit: 100 });
    expect(page.entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
    expect(page.entries.map(({ reference }) => reference)[24]).toBe('row 25');
    expect(page.entries[4]).toMatchObject({ direction: 'in', amountMinor: '100', key: 'row-5' });
    expect(page).toMatchObject({ currency: 'USD', balanceMinor: '3500', lastSeq: 25 });
  });

  it('reads 25 entries in pages of 10 without losing or repeating one', async () => {
    const seen: number[] = [];
    for (;;) {
      const afterSeq = seen.at(-1) ?? 0;
      const page = await rail.statement({ account: 'spv:OLD', afterSeq, limit: 10 });
      seen.push(...page.entries.map(({ seq }) => seq));
      if (page.lastSeq === seen.at(-1)) break;
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
  });

  it('shows the same payment on both sides, each with the other as counterparty', async () => {
    const [ours] = (await rail.statement({ account: 'spv:OLD', afterSeq: 0, limit: 1 })).entries;
    const page = await rail.statement({ account: 'investor:E', afterSeq: 0, limit: 1 });
    expect(page.entries[0]).toMatchObject({ paymentId: ours?.paymentId, direction: 'in' });
    expect(page.entries[0]?.counterparty).toBe('spv:OLD');
    expect(page.balanceMinor).toBe('1500');
  });

  it('refuses a page of 0 or of 1,001 entries', async () => {
    for (const limit of [0, 1001]) {
      const request = { account: 'spv:OLD', afterSeq: 0, limit };
      await expect(rail.statement(request)).rejects.toMatchObject({ code: 'RAIL_REJECTED' });
    }
  });

  it('is empty past its end, and unknown for an account nobody ever named', async () => {
    const past = await rail.statement({ account: 'spv:OLD', afterSeq: 25, limit: 10 });
    expect(past.entries).toEqual([]);
    const request = { account: 'spv:NEW', afterSeq: 0, limit: 10 };
    await expect(rail.statement(request)).rejects.toThrow('ACCOUNT_UNKNOWN');
  });
});
