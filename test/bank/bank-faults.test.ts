import fs from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { SandboxRail } from '../../adapters/bank/sandbox-rail';
import type { PaymentOrder } from '../../contracts/payment-rail';
import { ask, listeningBank, removeStore, usd } from './open-bank';

const order = (key: string, to = 'investor:E'): PaymentOrder => {
  return { key, from: 'firm', to, amountMinor: '708128', currency: 'USD', reference: 'INC-1' };
};

describe('faults of the sandbox bank', () => {
  let app: FastifyInstance;
  let rail: SandboxRail;
  let storePath: string;
  const open = async (path?: string) => {
    const bank = await listeningBank(path);
    ({ app, storePath } = bank);
    rail = new SandboxRail({ bankUrl: bank.url });
  };
  beforeEach(async () => {
    await open();
    const firm = { account: 'firm', currency: 'USD', opening: usd('100000.00') };
    await ask(app, { route: 'POST /accounts', body: firm });
  });
  afterEach(async () => {
    await app.close();
    removeStore(storePath);
  });
  const bookedCount = async () =>
    (await rail.statement({ account: 'firm', afterSeq: 0, limit: 1000 })).entries.length;

  it('loses 2 replies after the payments were made, and not a third', async () => {
    await ask(app, { route: 'POST /faults', body: { kind: 'lose-reply', count: 2 } });
    const kinds = [];
    for (const key of ['a', 'b', 'c']) kinds.push((await rail.pay(order(key))).kind);
    expect(kinds).toEqual(['unknown', 'unknown', 'accepted']);
    expect(await bookedCount()).toBe(3);
    expect(await rail.lookup('a', { asked: order('a') })).toMatchObject({ kind: 'booked' });
    expect((await ask(app, { route: 'GET /faults' })).body).toEqual({ faults: [] });
  });

  it('answers the second try of a lost reply with the first payment, and books 1', async () => {
    await ask(app, { route: 'POST /faults', body: { kind: 'lose-reply', count: 5 } });
    expect((await rail.pay(order('again'))).kind).toBe('unknown');
    const booked = await rail.lookup('again');
    const second = await rail.pay(order('again'));
    expect(second).toEqual({
      kind: 'accepted',
      paymentId: 'paymentId' in booked && booked.paymentId,
    });
    expect(await bookedCount()).toBe(1);
  });

  it('loses replies only to the payee named in the match', async () => {
    const fault = { kind: 'lose-reply', count: 1, match: { to: 'investor:D' } };
    await ask(app, { route: 'POST /faults', body: fault });
    expect((await rail.pay(order('to-e'))).kind).toBe('accepted');
    expect((await rail.pay(order('to-d', 'investor:D'))).kind).toBe('unknown');
  });

  it('refuses payments to 1 named account as closed and moves nothing', async () => {
    await ask(app, { route: 'POST /faults', body: { kind: 'refuse', accounts: ['investor:E'] } });
    expect(await rail.pay(order('closed'))).toEqual({ kind: 'refused', reason: 'ACCOUNT_CLOSED' });
    expect((await rail.pay(order('open', 'investor:D'))).kind).toBe('accepted');
    expect(await rail.lookup('closed')).toEqual({ kind: 'refused', reason: 'ACCOUNT_CLOSED' });
    expect(await bookedCount()).toBe(1);
  });

  it('keeps a refusal under its key after all faults have ended', async () => {
    await ask(app, { route: 'POST /faults', body: { kind: 'refuse', accounts: ['investor:E'] } });
    await rail.pay(order('closed-for-good'));
    expect((await ask(app, { route: 'DELETE /faults' })).body).toEqual({ faults: [] });
    expect((await rail.pay(order('closed-for-good'))).kind).toBe('refused');
    expect((await rail.pay(order('reopened'))).kind).toBe('accepted');
  });

  it('goes on with its faults after a restart: 1 of 2 lost replies is left', async () => {
    await ask(app, { route: 'POST /faults', body: { kind: 'lose-reply', count: 2 } });
    await ask(app, { route: 'POST /faults', body: { kind: 'refuse', accounts: ['investor:D'] } });
    await rail.pay(order('first-lost'));
    await app.close();
    await open(storePath);
    const left = [
      { kind: 'lose-reply', count: 1 },
      { kind: 'refuse', accounts: ['investor:D'] },
    ];
    expect((await ask(app, { route: 'GET /faults' })).body).toEqual({ faults: left });
    expect((await rail.pay(order('second-lost'))).kind).toBe('unknown');
    expect((await rail.pay(order('third'))).kind).toBe('accepted');
  });

  it('refuses a fault it does not know by naming the kinds it plays', async () => {
    for (const body of [{ kind: 'earthquake' }, { kind: 'lose-reply', count: 0 }, {}]) {
      const answer = await ask(app, { route: 'POST /faults', body });
      expect(answer.body).toMatchObject({ error: { code: 'INPUT_INVALID' } });
    }
    const { body } = await ask(app, { route: 'POST /faults', body: { kind: 'earthquake' } });
    expect(JSON.stringify(body)).toContain('lose-reply, fail-after-commit, delay, refuse');
  });

  it('books 1 payment, answers it with 500, and answers the next try with it', async () => {
    await ask(app, { route: 'POST /faults', body: { kind: 'fail-after-commit', count: 1 } });
    expect(await rail.pay(order('failed'))).toMatchObject({ kind: 'unknown' });
    expect(await rail.lookup('failed', { asked: order('failed') })).toMatchObject({
      kind: 'booked',
    });
    expect((await rail.pay(order('failed'))).kind).toBe('accepted');
    expect(await bookedCount()).toBe(1);
  });

  it('answers 1 order after its caller has given up, and books it at once', async () => {
    const fault = { kind: 'delay', of: 'answer', seconds: 30, count: 1 };
    await ask(app, { route: 'POST /faults', body: fault });
    const { port } = app.server.address() as AddressInfo;
    const impatient = new SandboxRail({ bankUrl: `http://127.0.0.1:${port}`, timeoutMs: 50 });
    expect((await impatient.pay(order('late'))).kind).toBe('unknown');
    expect((await rail.lookup('late')).kind).toBe('booked');
  });

  it('keeps 1 order pending across a restart, with its money set aside, and books it', async () => {
    const fault = { kind: 'delay', of: 'booking', seconds: 3600, count: 1 };
    await ask(app, { route: 'POST /faults', body: fault });
    expect((await rail.pay(order('pending'))).kind).toBe('accepted');
    await app.close();
    await open(storePath);
    expect((await rail.lookup('pending', { asked: order('pending') })).kind).toBe('pending');
    expect(await bookedCount()).toBe(0);
    const rest = { ...order('rest', 'investor:D'), amountMinor: '9291873' };
    expect(await rail.pay(rest)).toEqual({ kind: 'refused', reason: 'INSUFFICIENT_FUNDS' });
    await app.close();
    const later = fs.readFileSync(storePath, 'utf8').replace(/"bookAt":"2\d/, '"bookAt":"19');
    fs.writeFileSync(storePath, later);
    await open(storePath);
    expect((await rail.lookup('pending')).kind).toBe('booked');
    expect(await bookedCount()).toBe(1);
    await app.close();
    await open(storePath);
    expect(await bookedCount()).toBe(1);
  });

  it('sends 1 payment back once, with its reference, and leaves the next one there', async () => {
    const fault = { kind: 'return-later', seconds: 0, count: 1 };
    await ask(app, { route: 'POST /faults', body: fault });
    for (const key of ['returned', 'kept']) await rail.pay(order(key));
    const { entries, balanceMinor } = await rail.statement({
      account: 'firm',
      afterSeq: 0,
      limit: 9,
    });
    expect(entries.map(({ direction, reference }) => `${direction} ${reference}`)).toEqual([
      'out INC-1',
      'in RETURN INC-1',
      'out INC-1',
    ]);
    expect(balanceMinor).toBe((10_000_000 - 708_128).toString());
    expect((await rail.lookup('returned')).kind).toBe('booked');
  });

  it.each(['leave-out', 'repeat', 'reorder'])(
    'shows 1 page wrong (%s): the rail concludes nothing, and reads it right the next time',
    async (how) => {
      for (const key of ['a', 'b', 'c']) await rail.pay(order(key));
      const fault = { kind: 'statement-gap', how, count: 1, account: 'firm' };
      await ask(app, { route: 'POST /faults', body: fault });
      await expect(bookedCount()).rejects.toMatchObject({ code: 'STATEMENT_GAP' });
      expect(await bookedCount()).toBe(3);
    },
  );

  it('lags 1 entry behind on 2 pages, and then shows it', async () => {
    for (const key of ['a', 'b']) await rail.pay(order(key));
    const fault = { kind: 'statement-gap', how: 'lag', count: 2 };
    await ask(app, { route: 'POST /faults', body: fault });
    const counts = [];
    for (let page = 0; page < 3; page += 1) counts.push(await bookedCount());
    expect(counts).toEqual([1, 1, 2]);
  });
});
