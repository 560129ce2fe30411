import http from 'node:http';
import net from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SandboxRail } from '../../adapters/bank/sandbox-rail';
import type { PaymentOrder } from '../../contracts/payment-rail';

const order: PaymentOrder = {
  key: 'k-1',
  from: 'firm',
  to: 'investor:E',
  amountMinor: '708128',
  currency: 'USD',
  reference: 'INC-2026-0042 E',
};
const echo = {
  paymentId: 'BANK-1',
  key: 'k-1',
  from: 'firm',
  to: 'investor:E',
  amount: { amount: '7081.28', currency: 'USD' },
  reference: 'INC-2026-0042 E',
};
const booked = { ...echo, state: 'booked', bookedAt: '2026-11-21T10:00:00.000Z' };

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A provider that answers every request the way the test says, and counts them. */
async function provider(answer: http.RequestListener) {
  let requestCount = 0;
  const server = http.createServer((request, reply) => {
    requestCount += 1;
    answer(request, reply);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { bankUrl: urlOf(server), requests: () => requestCount };
}

const urlOf = (server: net.Server) => {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const says =
  (status: number, body: unknown): http.RequestListener =>
  (_, reply) => {
    reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

const no = (status: number, code: string) => says(status, { error: { code, message: 'so' } });

async function railThat(answer: http.RequestListener) {
  return new SandboxRail({ bankUrl: (await provider(answer)).bankUrl });
}

describe('SandboxRail.pay', () => {
  it('throws RAIL_UNREACHABLE when nobody listens, since nothing was sent', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const bankUrl = urlOf(server);
    await new Promise((done) => server.close(done));
    const expected = { code: 'RAIL_UNREACHABLE', kind: 'fault' };
    await expect(new SandboxRail({ bankUrl }).pay(order)).rejects.toMatchObject(expected);
  });

  it('is accepted when the bank echoes the order, and sends it 1 time', async () => {
    const { bankUrl, requests } = await provider(says(201, { ...echo, state: 'accepted' }));
    const answer = await new SandboxRail({ bankUrl }).pay(order);
    expect(answer).toEqual({ kind: 'accepted', paymentId: 'BANK-1' });
    expect(requests()).toBe(1);
  });

  it.each<[string, http.RequestListener]>([
    ['the line is cut before any answer', (request) => request.socket.destroy()],
    [
      'the line is cut in the middle of the answer',
      (_, reply) => {
        reply.writeHead(201, { 'content-length': '500' }).write('{"paymentId":');
        setImmediate(() => reply.destroy());
      },
    ],
    ['the answer is 500', no(500, 'BANK_BROKEN')],
    ['the answer is 503', no(503, 'STORE_BROKEN')],
    ['the answer is 500 with the order echoed', says(500, { ...echo, state: 'accepted' })],
    ['the answer is 201 without a payment', says(201, {})],
    ['the answer is 404 of somebody else’s', says(404, 'not here')],
    ['the bank sends us elsewhere', (_, reply) => reply.writeHead(307, { location: '/' }).end()],
  ])('is unknown, not refused and not sent twice, when %s', async (_, listener) => {
    const { bankUrl, requests } = await provider(listener);
    const answer = await new SandboxRail({ bankUrl }).pay(order);
    expect(answer.kind).toBe('unknown');
    expect(requests()).toBe(1);
  });

  it('is unknown when no answer comes within the time given', async () => {
    const { bankUrl } = await provider(() => undefined);
    const answer = await new SandboxRail({ bankUrl, timeoutMs: 50 }).pay(order);
    expect(answer.kind).toBe('unknown');
  });

  it('is unknown when the caller gives up after sending', async () => {
    const leaving = new AbortController();
    const rail = await railThat(() => {
      leaving.abort();
    });
    const answer = await rail.pay(order, { signal: leaving.signal });
    expect(answer.kind).toBe('unknown');
  });

  it('sends nothing when the caller has given up before', async () => {
    const { bankUrl, requests } = await provider(says(201, { ...echo, state: 'accepted' }));
    const signal = AbortSignal.abort(new Error('cancelled'));
    const paid = new SandboxRail({ bankUrl }).pay(order, { signal });
    await expect(paid).rejects.toThrow('cancelled');
    expect(requests()).toBe(0);
  });

  it.each([
    ['amount', { amount: { amount: '7081.29', currency: 'USD' } }],
    ['currency', { amount: { amount: '7081.28', currency: 'EUR' } }],
    ['payer', { from: 'spv:FRESH' }],
    ['payee', { to: 'investor:D' }],
    ['key', { key: 'k-2' }],
    ['reference', { reference: 'INC-2026-0041 E' }],
  ])('throws RECEIPT_MISMATCH when the bank echoes another %s', async (_, change) => {
    const rail = await railThat(says(201, { ...echo, ...change, state: 'accepted' }));
    const expected = { code: 'RECEIPT_MISMATCH', kind: 'bug' };
    await expect(rail.pay(order)).rejects.toMatchObject(expected);
  });

  it.each([
    [422, 'KEY_REUSED', 'KEY_REUSED'],
    [400, 'INPUT_INVALID', 'RAIL_REJECTED'],
  ])('throws a bug when the bank answers %i %s', async (status, said, code) => {
    const rail = await railThat(no(status, said));
    await expect(rail.pay(order)).rejects.toMatchObject({ code, kind: 'bug' });
  });

  it('throws a fault when the bank answers 429, since it took nothing', async () => {
    const rail = await railThat(no(429, 'TOO_FAST'));
    await expect(rail.pay(order)).rejects.toMatchObject({ code: 'RAIL_UNREACHABLE' });
  });

  it('is refused with the bank’s reason, and where the paying account is unknown', async () => {
    const refused = { ...echo, state: 'refused', reason: 'ACCOUNT_CLOSED' };
    const rail = await railThat(says(201, refused));
    expect(await rail.pay(order)).toEqual({ kind: 'refused', reason: 'ACCOUNT_CLOSED' });
    const elsewhere = await railThat(no(404, 'ACCOUNT_UNKNOWN'));
    expect(await elsewhere.pay(order)).toEqual({ kind: 'refused', reason: 'ACCOUNT_UNKNOWN' });
  });
});

describe('SandboxRail.lookup', () => {
  it('gives the booked payment in minor units', async () => {
    const rail = await railThat(says(200, booked));
    expect(await rail.lookup('k-1', { asked: order })).toEqual({
      kind: 'booked',
      paymentId: 'BANK-1',
      amountMinor: '708128',
      currency: 'USD',
      from: 'firm',
      to: 'investor:E',
      reference: 'INC-2026-0042 E',
      bookedAt: '2026-11-21T10:00:00.000Z',
    });
  });

  it('is absent only on the bank’s own word, not on any 404', async () => {
    const bank = await railThat(no(404, 'PAYMENT_UNKNOWN'));
    expect(await bank.lookup('k-1')).toEqual({ kind: 'absent' });
    for (const answer of [no(404, 'ROUTE_UNKNOWN'), says(404, ''), no(200, 'PAYMENT_UNKNOWN')]) {
      const rail = await railThat(answer);
      await expect(rail.lookup('k-1')).rejects.toMatchObject({ code: 'RAIL_REJECTED' });
    }
  });

  it.each<[string, http.RequestListener]>([
    ['is cut', (request) => request.socket.destroy()],
    ['is 500', no(500, 'BANK_BROKEN')],
    ['is 429', no(429, 'TOO_FAST')],
  ])('throws RAIL_UNREACHABLE, and is not absent, when the answer %s', async (_, listener) => {
    const rail = await railThat(listener);
    await expect(rail.lookup('k-1')).rejects.toMatchObject({ code: 'RAIL_UNREACHABLE' });
  });

  it('throws RECEIPT_MISMATCH when another amount, or another key, was booked', async () => {
    const asked = { ...order, amountMinor: '708129' };
    const rail = await railThat(says(200, booked));
    const expected = { code: 'RECEIPT_MISMATCH' };
    await expect(rail.lookup('k-1', { asked })).rejects.toMatchObject(expected);
    await expect(rail.lookup('k-2')).rejects.toMatchObject(expected);
  });
});

describe('SandboxRail.statement', () => {
  const entry = (seq: number) => {
    const { key, paymentId, reference, amount } = echo;
    const facts = { key, paymentId, reference, amount, counterparty: 'investor:E' };
    return { seq, bookedAt: booked.bookedAt, direction: 'out', ...facts };
  };
  const page = (seqs: number[], lastSeq: number) => {
    const balance = { amount: '-0.01', currency: 'USD' };
    return { account: 'firm', currency: 'USD', balance, lastSeq, entries: seqs.map(entry) };
  };
  const request = { account: 'firm', afterSeq: 3, limit: 3 };

  it('reads a page that follows on, with a balance below zero', async () => {
    const rail = await railThat(says(200, page([4, 5], 5)));
    const read = await rail.statement(request);
    expect(read).toMatchObject({ balanceMinor: '-1', lastSeq: 5 });
    expect(read.entries.map(({ seq, amountMinor }) => [seq, amountMinor])).toEqual([
      [4, '708128'],
      [5, '708128'],
    ]);
  });

  it('refuses the page of another account, or of another currency than asked for', async () => {
    for (const change of [{ account: 'spv:OLD' }, { currency: 'EUR' }]) {
      const rail = await railThat(says(200, page([4, 5], 5)));
      const read = rail.statement({ ...request, ...change });
      await expect(read).rejects.toMatchObject({ code: 'RAIL_REJECTED' });
    }
  });

  it.each([
    ['begins at 5 after 3', page([5, 6], 6), 4],
    ['skips entry 5', page([4, 6], 6), 5],
    ['ends at 4 though the account has 6', page([4], 6), 5],
  ])('throws STATEMENT_GAP naming what is missing when the page %s', async (_, body, missing) => {
    const read = (await railThat(says(200, body))).statement(request);
    await expect(read).rejects.toMatchObject({ code: 'STATEMENT_GAP', kind: 'fault' });
    await expect(read).rejects.toThrow(`entry ${missing} on the statement of firm`);
  });
});
