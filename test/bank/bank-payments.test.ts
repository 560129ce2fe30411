import type { FastifyInstance } from 'fastify';
import { buildBank } from '../../bank/bank-app';
import { ask, newStorePath, removeStore, usd } from './open-bank';

const refund = { from: 'firm', to: 'investor:E', amount: usd('7081.28'), reference: 'INC-1 E' };

describe('payments at the sandbox bank', () => {
  let app: FastifyInstance;
  const storePath = newStorePath();
  beforeAll(async () => {
    app = buildBank({ storePath });
    const firm = { account: 'firm', currency: 'USD', opening: usd('100000.00') };
    await ask(app, { route: 'POST /accounts', body: firm });
  });
  afterAll(async () => {
    await app.close();
    removeStore(storePath);
  });
  const pay = (key: string, body: object) => ask(app, { route: 'POST /payments', key, body });
  const entriesOf = async (account: string) => {
    const { body } = await ask(app, { route: `GET /accounts/${account}/statement?limit=1000` });
    return (body as { entries: { key?: string; reference: string }[] }).entries;
  };

  it('answers 201 with the order echoed, and shows it booked under its key', async () => {
    const { status, body } = await pay('echo', refund);
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...refund, key: 'echo', state: 'accepted' });
    const stored = await ask(app, { route: 'GET /payments/echo' });
    expect(stored.body).toEqual({ ...(body as object), state: 'booked' });
  });

  it('books 1 of 100 parallel orders under one key, and gives all the same payment', async () => {
    const body = { ...refund, amount: usd('1.00') };
    const answers = await Promise.all(Array.from({ length: 100 }, () => pay('hundred', body)));
    const ids = answers.map((answer) => (answer.body as { paymentId: string }).paymentId);
    expect(new Set(ids).size).toBe(1);
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...Array<number>(99).fill(200),
      201,
    ]);
    expect((await entriesOf('firm')).filter(({ key }) => key === 'hundred')).toHaveLength(1);
    expect((await entriesOf('investor:E')).filter(({ key }) => key === 'hundred')).toHaveLength(1);
  });

  it.each([
    ['payee', { to: 'investor:D' }],
    ['amount', { amount: usd('7081.29') }],
    ['reference', { reference: 'INC-1 D' }],
  ])('answers 422 when a key comes back with another %s', async (what, change) => {
    await pay(`reused-${what}`, refund);
    const { status, body } = await pay(`reused-${what}`, { ...refund, ...change });
    expect(status).toBe(422);
    expect(body).toMatchObject({ error: { code: 'KEY_REUSED' } });
  });

  it('takes 7081.280 under a key of 7081.28 for the same payment', async () => {
    await pay('zeros', refund);
    const { status } = await pay('zeros', { ...refund, amount: usd('7081.280') });
    expect(status).toBe(200);
  });

  it('refuses 1 cent more than the account holds, for ever under that key', async () => {
    const small = { account: 'small', currency: 'USD', opening: usd('5.00') };
    await ask(app, { route: 'POST /accounts', body: small });
    const body = { ...refund, from: 'small', amount: usd('5.01') };
    const first = await pay('short', body);
    expect(first.body).toMatchObject({ state: 'refused', reason: 'INSUFFICIENT_FUNDS' });
    await ask(app, { route: 'POST /incoming', body: { ...refund, from: 'owner', to: 'small' } });
    expect((await pay('short', body)).body).toEqual(first.body);
    expect((await ask(app, { route: 'GET /payments/short' })).body).toMatchObject({
      state: 'refused',
    });
    expect((await pay('funded', body)).body).toMatchObject({ state: 'accepted' });
  });

  it('takes no order from an account never opened, not even from a payee of before', async () => {
    await pay('known-payee', refund);
    for (const from of ['nobody', 'investor:E']) {
      const { status, body } = await pay(`from-${from}`, { ...refund, from, to: 'firm' });
      expect(status).toBe(404);
      expect(body).toMatchObject({ error: { code: 'ACCOUNT_UNKNOWN' } });
      expect((await ask(app, { route: `GET /payments/from-${from}` })).status).toBe(404);
    }
  });

  it('keeps dollars and yen of one name apart', async () => {
    const yen = { amount: '700', currency: 'JPY' };
    for (const opening of [yen, usd('8000.00')]) {
      const body = { account: 'tokyo', currency: opening.currency, opening };
      expect((await ask(app, { route: 'POST /accounts', body })).status).toBe(201);
    }
    const inYen = { ...refund, from: 'tokyo', to: 'investor:J', amount: yen };
    expect((await pay('yen', inYen)).body).toMatchObject({ amount: yen });
    await pay('dollars', { ...refund, from: 'tokyo', to: 'investor:J' });
    const { body } = await ask(app, { route: 'GET /accounts/tokyo?currency=JPY' });
    expect(body).toMatchObject({ balance: { amount: '0', currency: 'JPY' } });
    const either = await ask(app, { route: 'GET /accounts/investor:J' });
    expect(either.body).toMatchObject({ error: { code: 'CURRENCY_NEEDED' } });
  });

  it('opens an account once: the same content is fine, another opening answers 409', async () => {
    const body = { account: 'spv:FRESH', currency: 'USD', opening: usd('10.00') };
    const statuses = [];
    for (const opening of ['10.00', '10.00', '10.01']) {
      const answer = await ask(app, {
        route: 'POST /accounts',
        body: { ...body, opening: usd(opening) },
      });
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([201, 200, 409]);
  });

  it.each([
    ['a number for an amount', { amount: { amount: 7, currency: 'USD' } }, 'amount.amount'],
    ['half a cent', { amount: usd('0.005') }, 'amount.amount'],
    ['an amount of zero', { amount: usd('0.00') }, 'amount.amount'],
    ['a negative amount', { amount: usd('-1.00') }, 'amount.amount'],
    ['an unknown currency', { amount: { amount: '1', currency: 'ZZZ' } }, 'amount.amount'],
    ['its own account as payee', { to: 'firm' }, 'to'],
    ['a field it does not know', { fee: '1' }, 'fee'],
    ['a lone surrogate', { to: '\ud800' }, 'to'],
  ])('refuses %s by naming the field', async (what, change, field) => {
    const { status, body } = await pay(`bad-${what.length}`, { ...refund, ...change });
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { code: 'INPUT_INVALID' } });
    expect((body as { error: { message: string } }).error.message).toContain(field);
  });

  it('refuses an order without a key, and one that is no JSON', async () => {
    expect((await ask(app, { route: 'POST /payments', body: refund })).status).toBe(400);
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'x' };
    const reply = await app.inject({ method: 'POST', url: '/payments', headers, payload: '{"a":' });
    expect(reply.statusCode).toBe(400);
    expect(reply.json()).toMatchObject({ error: { code: 'INPUT_INVALID' } });
  });

  it('books money from outside as it came, twice without a key, once with one', async () => {
    const body = { from: 'investor:Q', to: 'firm', amount: usd('3.00'), reference: 'INV-7' };
    for (const key of [undefined, undefined, 'in-1', 'in-1']) {
      await ask(app, { route: 'POST /incoming', body, ...(key !== undefined && { key }) });
    }
    const booked = (await entriesOf('firm')).filter(({ reference }) => reference === 'INV-7');
    expect(booked).toHaveLength(3);
    expect(booked[0]).toMatchObject({ direction: 'in', counterparty: 'investor:Q' });
  });

  it('survives names like __proto__ and constructor', async () => {
    for (const to of ['__proto__', 'constructor', '10', 'Zoë & Söhne/1']) {
      await pay(`name-${encodeURIComponent(to)}`, { ...refund, to, amount: usd('0.01') });
      const { body } = await ask(app, { route: `GET /accounts/${encodeURIComponent(to)}` });
      expect(body).toMatchObject({ account: to, balance: usd('0.01') });
    }
  });

  it('shows a person accounts and payments on 1 page, with no markup but its own', async () => {
    await pay('markup', { ...refund, reference: '<script>alert(1)</script>', amount: usd('0.02') });
    const page = await app.inject({ url: '/' });
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.body).toContain('spv:FRESH');
    expect(page.body).toContain('7081.28 USD');
    expect(page.body).not.toContain('<script>');
  });
});
