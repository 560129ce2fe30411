import fc from 'fast-check';
import { Bank, type PaymentRequest } from '../../bank/bank';
import type { Account } from '../../bank/book';
import { newStorePath, removeStore } from './open-bank';

type Step =
  | { kind: 'open'; id: string; minor: bigint }
  | { kind: 'pay'; request: PaymentRequest }
  | { kind: 'close-accounts'; accounts: string[] }
  | { kind: 'reopen-accounts' };

const name = fc.constantFrom('firm', 'spv:A', 'spv:B', 'investor:D', 'investor:E');
const minor = fc.bigInt({ min: 1n, max: 900n });
const currency = fc.constantFrom('USD', 'JPY');
const request = fc.record({
  channel: fc.constantFrom('order' as const, 'incoming' as const),
  key: fc.integer({ min: 1, max: 12 }).map((index) => `key-${index}`),
  from: name,
  to: name,
  amount: fc.record({ minor, currency }),
  reference: fc.constantFrom('r1', 'r2'),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('open' as const), id: name, minor }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('pay' as const), request }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('close-accounts' as const),
      accounts: fc.array(name, { minLength: 1 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen-accounts' as const) }) },
);

/** Takes a step; a refusal is as good an outcome as any other. */
function take(bank: Bank, one: Step): void {
  try {
    if (one.kind === 'open') bank.openAccount(one.id, { minor: one.minor, currency: 'USD' });
    else if (one.kind === 'pay') bank.pay(one.request);
    else if (one.kind === 'reopen-accounts') bank.clearFaults();
    else bank.addFault({ kind: 'refuse', accounts: one.accounts });
  } catch (error) {
    expect(error).toMatchObject({ name: 'BankError' });
  }
}

jest.setTimeout(60_000); // Each history is fsynced and replayed.

const sum = (values: bigint[]) => values.reduce((total, value) => total + value, 0n);

function movedOn({ entries }: Account): bigint {
  return sum(
    entries.map(({ direction, payment: { amountMinor } }) =>
      direction === 'in' ? amountMinor : -amountMinor,
    ),
  );
}

describe('money at the sandbox bank', () => {
  it('is never made, lost or overdrawn in 100 random histories, and replays alike', async () => {
    const conserved = fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const storePath = newStorePath();
      const bank = new Bank(storePath);
      for (const one of steps) take(bank, one);
      await bank.close();
      const accounts = bank.book.accounts();
      for (const unit of ['USD', 'JPY']) {
        const held = accounts.filter((account) => account.currency === unit);
        expect(sum(held.map(({ balanceMinor }) => balanceMinor))).toBe(
          sum(held.map(({ openingMinor }) => openingMinor)),
        );
      }
      for (const account of accounts) {
        expect(account.balanceMinor).toBe(account.openingMinor + movedOn(account));
        expect(account.external || account.balanceMinor >= 0n).toBe(true);
        expect(account.entries.map(({ seq }) => seq)).toEqual(account.entries.map((_, i) => i + 1));
      }
      const keys = bank.book.payments().map(({ key }) => key);
      expect(new Set(keys).size).toBe(keys.length);

      const again = new Bank(storePath);
      expect(again.book.accounts()).toEqual(accounts);
      expect(again.book.payments()).toEqual(bank.book.payments());
      expect(again.faults()).toEqual(bank.faults());
      await again.close();
      removeStore(storePath);
    });
    await fc.assert(conserved, { seed: 42, numRuns: 100 });
  });
});
