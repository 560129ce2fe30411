import fs from 'node:fs';
import { once } from 'node:events';
import { SandboxRail } from '../../adapters/bank/sandbox-rail';
import type { PaymentOrder } from '../../contracts/payment-rail';
import { killNow, serverChild } from '../support/server-child';
import { newStorePath, removeStore, usd } from './open-bank';

const PAYMENT_COUNT = 400;
const IN_FLIGHT = 20;

jest.setTimeout(60_000); // Programs start and die here.

const bankAt = (storePath: string) => serverChild('bank', { BANK_STORE: storePath });

const order = (index: number): PaymentOrder => {
  const [key, to, reference] = [`key-${index}`, `investor:${index % 7}`, `refund ${index}`];
  return { key, from: 'firm', to, amountMinor: '101', currency: 'USD', reference };
};

async function openAccount(bankUrl: string, account: string): Promise<void> {
  const body = { account, currency: 'USD', opening: usd('1000.00') };
  const headers = { 'content-type': 'application/json' };
  const reply = await fetch(`${bankUrl}/accounts`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  expect(reply.status).toBe(201);
}

/** An order that met the bank already dead. */
function unreachable(error: unknown): { kind: 'unsent' } {
  expect(error).toMatchObject({ code: 'RAIL_UNREACHABLE' });
  return { kind: 'unsent' };
}

async function wholeStatement(rail: SandboxRail, account: string) {
  return (await rail.statement({ account, afterSeq: 0, limit: 1000 })).entries;
}

describe('the bank after kill -9', () => {
  let storePath: string;
  beforeEach(() => {
    storePath = newStorePath();
  });
  afterEach(() => {
    removeStore(storePath);
  });

  /** Sends orders 20 at a time, kills the bank at the given answer; gives what was acknowledged. */
  async function killAtAnswer(deadlyAnswer: number): Promise<Map<string, string>> {
    const { child, url } = await bankAt(storePath);
    await openAccount(url, 'firm');
    const rail = new SandboxRail({ bankUrl: url });
    const acknowledged = new Map<string, string>();
    let [next, killed] = [0, undefined as Promise<void> | undefined];
    const sendUntilDead = async () => {
      while (!killed) {
        const { key } = order(next);
        const answer = await rail.pay(order(next++)).catch(unreachable);
        if (answer.kind === 'accepted') acknowledged.set(key, answer.paymentId);
        if (acknowledged.size >= deadlyAnswer) killed ??= killNow(child);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, sendUntilDead));
    await killed;
    expect(next).toBeLessThan(PAYMENT_COUNT);
    return acknowledged;
  }

  it.each([1, 40, 150])(
    'has each of %i acknowledged payments, and none of 400 twice',
    async (at) => {
      const acknowledged = await killAtAnswer(at);
      fs.appendFileSync(storePath, '{"n":999,"kind":"pay'); // The line it was writing when it died.

      const { child, url } = await bankAt(storePath);
      try {
        const rail = new SandboxRail({ bankUrl: url });
        for (const [key, paymentId] of acknowledged) {
          expect(await rail.lookup(key)).toMatchObject({ kind: 'booked', paymentId });
        }
        const again = Array.from({ length: PAYMENT_COUNT }, (_, index) => rail.pay(order(index)));
        for (const answer of await Promise.all(again)) expect(answer.kind).toBe('accepted');
        const entries = await wholeStatement(rail, 'firm');
        expect(new Set(entries.map(({ key }) => key)).size).toBe(PAYMENT_COUNT);
        expect(entries.length).toBe(PAYMENT_COUNT);
        const { balanceMinor } = await rail.statement({ account: 'firm', afterSeq: 0, limit: 1 });
        expect(balanceMinor).toBe(`${100_000 - PAYMENT_COUNT * 101}`);
      } finally {
        await killNow(child);
      }
    },
  );

  it('ends with exit code 0 on SIGTERM, with a caller still connected', async () => {
    const { child, url } = await bankAt(storePath);
    await openAccount(url, 'firm');
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await gone).toEqual([0, null]);
  });

  it('refuses with exit code 4 to start over a store with line 2 of 3 broken', async () => {
    fs.writeFileSync(storePath, '');
    const first = await bankAt(storePath);
    for (const account of ['a', 'b', 'c']) await openAccount(first.url, account);
    await killNow(first.child);
    const lines = fs.readFileSync(storePath, 'utf8').split('\n');
    lines[1] = lines[1]?.slice(0, -2) ?? '';
    fs.writeFileSync(storePath, lines.join('\n'));
    await expect(bankAt(storePath)).rejects.toThrow('exit code 4');
  });

  it('ends with exit code 4 and 1 sentence when its store cannot be made', async () => {
    fs.writeFileSync(storePath, '');
    const started = bankAt(`${storePath}/below-a-file`);
    await expect(started).rejects.toThrow('exit code 4: The sandbox bank cannot run: E');
  });
});
