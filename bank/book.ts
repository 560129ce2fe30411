import { compareCodePoints } from '../domain/code-points';
import type { OpeningRecord, PaymentRecord } from './bank-record';

/** A payment as it stands: booked, pending or refused. Units: whole minor units. */
export type Payment = Omit<PaymentRecord, 'kind' | 'amountMinor'> & {
  readonly paymentId: string;
  readonly amountMinor: bigint;
};

/** One booking on one account. Order: `seq` begins at 1 and rises by 1 within its account. */
export type Entry = {
  readonly seq: number;
  readonly direction: 'in' | 'out';
  readonly counterparty: string;
  readonly payment: Payment;
};

/**
 * An account in one currency; the same name in another currency is another account.
 *
 * `external` accounts stand for the world outside: they appear when first paid, or when money
 * first comes from them, may go below zero, and take no orders.
 */
export type Account = {
  readonly id: string;
  readonly currency: string;
  readonly external: boolean;
  readonly openingMinor: bigint;
  readonly balanceMinor: bigint;
  readonly entries: readonly Entry[];
};

type OpenAccount = { -readonly [Field in keyof Account]: Account[Field] } & { entries: Entry[] };

/**
 * What the bank knows: every account, entry and payment, built from its records alone.
 *
 * Ensures: a booked payment stands on both accounts at once, so Σ balances = Σ openings.
 */
export class Book {
  readonly #accounts = new Map<string, OpenAccount>();
  readonly #payments: Payment[] = [];
  readonly #byKey = new Map<string, Payment>();
  /** Payments with something still to come, by their number. */
  readonly #later = new Map<number, Payment>();

  /** Opens an account. @throws Error when it stands already. */
  open({ account: id, currency, openingMinor }: OpeningRecord): Account {
    if (this.account(id, currency)) throw new Error(`account ${id} in ${currency} opened twice`);
    return this.#add({ id, currency, external: false, openingMinor: BigInt(openingMinor) });
  }

  /** Books a payment on both its accounts, or keeps it as it is. @throws Error on a used key. */
  keep({ kind: _, amountMinor, ...rest }: PaymentRecord): void {
    const paymentId = `BANK-${String(rest.n).padStart(8, '0')}`;
    const payment: Payment = { ...rest, paymentId, amountMinor: BigInt(amountMinor) };
    if (payment.key !== undefined) {
      if (this.#byKey.has(payment.key)) throw new Error(`key ${payment.key} used twice`);
      this.#byKey.set(payment.key, payment);
    }
    this.#payments.push(payment);
    if (payment.returns !== undefined) this.#later.delete(payment.returns);
    if (payment.state === 'booked') this.#book(payment);
    if (payment.bookAt !== undefined || payment.returnAt !== undefined) {
      this.#later.set(payment.n, payment);
    }
  }

  /** Books a payment that was pending. @throws Error when it was not. */
  bookPending(n: number, at: string): void {
    const pending = this.#later.get(n);
    if (pending?.state !== 'pending') throw new Error(`payment ${n} was not pending`);
    const payment: Payment = { ...pending, state: 'booked', at };
    this.#later.delete(n);
    this.#payments[this.#payments.indexOf(pending)] = payment;
    if (payment.key !== undefined) this.#byKey.set(payment.key, payment);
    this.#book(payment);
  }

  /** Payments to be booked, or sent back, by now. Order: as they are due. */
  dueBy(now: string): Payment[] {
    const due = [...this.#later.values()].filter((payment) => dueAt(payment) <= now);
    return due.sort((a, b) => compareCodePoints(dueAt(a), dueAt(b)) || a.n - b.n);
  }

  /** What an account's pending payments will take from it. Units: minor units. */
  pendingOut({ id, currency }: Pick<Account, 'id' | 'currency'>): bigint {
    const own = [...this.#later.values()].filter(
      (one) => one.state === 'pending' && one.from === id && one.currency === currency,
    );
    return own.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  }

  /** The account of this name and currency, if it was opened or ever stood in a payment. */
  account(id: string, currency: string): Account | undefined {
    return this.#accounts.get(accountKey(id, currency));
  }

  /** All accounts. Order: as they appeared. */
  accounts(): Account[] {
    return [...this.#accounts.values()];
  }

  /** The payment ordered under this key. */
  paymentByKey(key: string): Payment | undefined {
    return this.#byKey.get(key);
  }

  /** Every payment, refused ones too. Order: as they came. */
  payments(): readonly Payment[] {
    return this.#payments;
  }

  /** The payment kept last. @throws Error when there is none. */
  lastPayment(): Payment {
    const last = this.#payments.at(-1);
    if (!last) throw new Error('no payment was kept yet');
    return last;
  }

  #book(payment: Payment): void {
    const { from, to, currency, amountMinor } = payment;
    const payer = this.#needed(from, currency);
    const payee = this.#needed(to, currency);
    payer.balanceMinor -= amountMinor;
    payee.balanceMinor += amountMinor;
    enter(payer, { direction: 'out', counterparty: to, payment });
    enter(payee, { direction: 'in', counterparty: from, payment });
  }

  #needed(id: string, currency: string): OpenAccount {
    const known = this.#accounts.get(accountKey(id, currency));
    return known ?? this.#add({ id, currency, external: true, openingMinor: 0n });
  }

  #add(opened: Pick<Account, 'id' | 'currency' | 'external' | 'openingMinor'>): OpenAccount {
    const account = { ...opened, balanceMinor: opened.openingMinor, entries: [] };
    this.#accounts.set(accountKey(opened.id, opened.currency), account);
    return account;
  }
}

function enter(account: OpenAccount, entry: Omit<Entry, 'seq'>): void {
  account.entries.push({ seq: account.entries.length + 1, ...entry });
}

const dueAt = ({ bookAt, returnAt }: Payment): string => bookAt ?? returnAt ?? '';

function accountKey(id: string, currency: string): string {
  return `${currency} ${id}`;
}
