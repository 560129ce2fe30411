import type { CountedMoney } from './bank-messages';
import { BankError } from './bank-error';
import { bankRecord, type BankRecord } from './bank-record';
import { Book, type Account, type Payment } from './book';
import { FaultDesk } from './faults/fault-desk';
import type { FaultyOrder, Page, SpoiltAnswer } from './faults/fault-kind';
import { Journal } from './journal';

/** A payment somebody asks for. `incoming` is paid in from outside, `order` by a customer. */
export type PaymentRequest = {
  readonly channel: 'order' | 'incoming';
  readonly key?: string;
  readonly from: string;
  readonly to: string;
  readonly amount: CountedMoney;
  readonly reference: string;
};

/** What came of a request: the payment, whether it is new, and a fault in the way of the answer. */
export type Taken = {
  readonly payment: Payment;
  readonly isNew: boolean;
  readonly spoilt?: SpoiltAnswer;
};

/** A fact to be recorded, before it has its number and time. */
type Fact = BankRecord extends infer Kind
  ? Kind extends BankRecord
    ? Omit<Kind, 'n' | 'at'>
    : never
  : never;

/**
 * The sandbox bank: takes orders, each decided at once and in full, and remembers them.
 *
 * Retry: safe under the same key, for as long as the store lives: the first outcome stands.
 * Ensures: no opened account goes below zero; what `settled` has let out survives a crash.
 */
export class Bank {
  readonly book = new Book();
  readonly #faults = new FaultDesk();
  readonly #journal: Journal;
  #count = 0;

  /** Opens the store and replays it. @throws STORE_BROKEN (fault) when a line cannot be read. */
  constructor(storePath: string) {
    this.#journal = Journal.open(storePath, (value) => {
      const record = bankRecord.parse(value);
      if (record.n !== this.#count + 1) {
        throw new Error(`expected record ${this.#count + 1}, found record ${record.n}`);
      }
      this.#apply(record);
    });
  }

  /**
   * Opens an account with its first balance; the same content twice changes nothing.
   *
   * @throws ACCOUNT_EXISTS (refused) when it stands with other content.
   */
  openAccount(id: string, opening: CountedMoney): { account: Account; isNew: boolean } {
    const { minor, currency } = opening;
    const known = this.book.account(id, currency);
    if (known && (known.external || known.openingMinor !== minor)) {
      const found = known.external ? 'as an account outside the bank' : 'with another opening';
      const message = `Expected no account ${id} in ${currency} yet, found it ${found}.`;
      throw new BankError({ status: 409, code: 'ACCOUNT_EXISTS', message });
    }
    if (known) return { account: known, isNew: false };
    this.#keep({ kind: 'opening', account: id, currency, openingMinor: minor.toString() });
    return { account: this.needAccount(id, currency), isNew: true };
  }

  /**
   * Books or refuses a payment, once for each key.
   *
   * @throws KEY_REUSED (refused) when the key stands on another payment.
   * @throws ACCOUNT_UNKNOWN (refused) when a customer's order names no opened account as payer.
   */
  pay(request: PaymentRequest): Taken {
    const first = this.#firstUnder(request);
    if (first) return { payment: first, isNew: false };
    const { amount, ...asked } = request;
    const payer = this.book.account(asked.from, amount.currency);
    if (asked.channel === 'order' && (!payer || payer.external)) {
      throw accountUnknown(asked.from, amount.currency);
    }
    const reason = this.#faults.refusal(asked) ?? this.#shortOf(payer, amount);
    const { minor, currency } = amount;
    const money = { amountMinor: minor.toString(), currency };
    const standing =
      reason === undefined ? this.#standingOf(asked) : ({ state: 'refused', reason } as const);
    this.#keep({ kind: 'payment', ...asked, ...money, ...standing });
    const payment = this.book.lastPayment();
    const spoilt = this.#spoil(payment);
    return { payment, isNew: true, ...(spoilt && { spoilt }) };
  }

  /** Books what was pending and sends back what comes back, as far as it is due by now. */
  ripen(): void {
    for (const due of this.book.dueBy(new Date().toISOString())) {
      if (due.state === 'pending') {
        this.#keep({ kind: 'booking', payment: due.n });
        continue;
      }
      const { from, to, amountMinor, currency, reference, n } = due;
      this.#keep({
        kind: 'payment',
        channel: 'return',
        ...{ from: to, to: from, amountMinor: amountMinor.toString(), currency },
        ...{ reference: `RETURN ${reference}`, state: 'booked', returns: n },
      });
    }
  }

  /** A part of a statement, as a fault shows it where one is at work. */
  page({ id, entries }: Account, { after, limit }: { after: number; limit: number }): Page {
    const page = {
      account: id,
      lastSeq: entries.length,
      entries: entries.slice(after, after + limit),
    };
    const shown = this.#faults.page(page);
    if (shown !== undefined) this.#keepFaults();
    return shown ?? page;
  }

  /** The account of this name. @throws ACCOUNT_UNKNOWN, CURRENCY_NEEDED (refused) */
  needAccount(id: string, currency?: string): Account {
    const named = this.book.accounts().filter((account) => account.id === id);
    const [found, another] = named.filter((one) => (currency ?? one.currency) === one.currency);
    if (!found) throw accountUnknown(id, currency);
    if (another) {
      const currencies = named.map((account) => account.currency).join(', ');
      const message = `Account ${id} is held in ${currencies}; say which by ?currency=.`;
      throw new BankError({ status: 400, code: 'CURRENCY_NEEDED', message });
    }
    return found;
  }

  /** The faults at work. */
  faults(): object[] {
    return this.#faults.list();
  }

  /** Sets a fault. @throws INPUT_INVALID (rejected) when no such kind is known. */
  addFault(settings: unknown): void {
    this.#faults.add(settings);
    this.#keepFaults();
  }

  /** Ends all faults; payments they touched stay as they are. */
  clearFaults(): void {
    this.#faults.restore([]);
    this.#keepFaults();
  }

  /** Waits until all decided so far is on the disk. @throws STORE_BROKEN (fault) */
  settled(): Promise<void> {
    return this.#journal.settled();
  }

  /** Finishes writing and closes the store. */
  close(): Promise<void> {
    return this.#journal.close();
  }

  #firstUnder({ key, channel, from, to, amount, reference }: PaymentRequest): Payment | undefined {
    const first = key === undefined ? undefined : this.book.paymentByKey(key);
    if (!first) return undefined;
    const asked = [channel, from, to, amount.minor, amount.currency, reference];
    const had = [
      first.channel,
      first.from,
      first.to,
      first.amountMinor,
      first.currency,
      first.reference,
    ];
    if (had.every((value, index) => value === asked[index])) return first;
    const message = `Expected a new key for a new payment, found ${key} on ${first.paymentId}.`;
    throw new BankError({ status: 422, code: 'KEY_REUSED', message });
  }

  #spoil(payment: Payment): SpoiltAnswer | undefined {
    if (payment.channel !== 'order' || payment.state === 'refused') return undefined;
    const spoilt = this.#faults.spoil(payment);
    if (spoilt) this.#keepFaults();
    return spoilt;
  }

  /** Booked at once, unless a fault has it booked, or sent back, later. */
  #standingOf(order: FaultyOrder & Pick<PaymentRequest, 'channel'>) {
    const later = order.channel === 'order' ? this.#faults.later(order) : undefined;
    if (later === undefined) return { state: 'booked' } as const;
    this.#keepFaults();
    const { bookAfter, returnAfter } = later;
    const inSeconds = (count: number) => new Date(Date.now() + count * 1000).toISOString();
    if (bookAfter !== undefined) return { state: 'pending', bookAt: inSeconds(bookAfter) } as const;
    return { state: 'booked', returnAt: inSeconds(returnAfter ?? 0) } as const;
  }

  #shortOf(payer: Account | undefined, { minor }: CountedMoney): string | undefined {
    if (!payer || payer.external) return undefined;
    const available = payer.balanceMinor - this.book.pendingOut(payer);
    return available < minor ? 'INSUFFICIENT_FUNDS' : undefined;
  }

  #keepFaults(): void {
    this.#keep({ kind: 'faults', faults: this.#faults.list() });
  }

  #keep(fact: Fact): void {
    const record = { ...fact, n: this.#count + 1, at: new Date().toISOString() };
    this.#apply(record);
    this.#journal.append(record);
  }

  #apply(record: BankRecord): void {
    if (record.kind === 'opening') this.book.open(record);
    else if (record.kind === 'payment') this.book.keep(record);
    else if (record.kind === 'booking') this.book.bookPending(record.payment, record.at);
    else this.#faults.restore(record.faults);
    this.#count = record.n;
  }
}

function accountUnknown(id: string, currency?: string): BankError {
  const wanted = currency === undefined ? id : `${id} in ${currency}`;
  const message = `Expected an opened account, found no ${wanted}; open it by POST /accounts.`;
  return new BankError({ status: 404, code: 'ACCOUNT_UNKNOWN', message });
}
