import type {
  LookupAnswer,
  PayAnswer,
  PaymentOrder,
  PaymentRail,
  RailCallOptions,
  StatementPage,
  StatementRequest,
} from '../../contracts/payment-rail';
import { formatMinor } from '../../domain/money';
import { statementAnswer, storedAnswer } from './bank-answers';
import { callBank, type BankCall } from './bank-call';
import {
  codeOf,
  describe,
  isTrouble,
  outcomeOf,
  pageOf,
  readAs,
  sameOrFail,
  textOf,
  wholeOrFail,
  type Answered,
} from './answer-reading';
import { RailFailure } from './rail-failure';

const TIMEOUT_MS = 10_000;
const IDEMPOTENCY_WINDOW_HOURS = 24;

/**
 * The payment rail over the sandbox bank's HTTP interface.
 *
 * Retry: nothing is sent twice from here. An order whose answer got lost is `unknown`.
 * Ensures: `absent` only on the bank's own word for it; a 404 from anything else is an error.
 */
export class SandboxRail implements PaymentRail {
  readonly #bankUrl: string;
  readonly #timeoutMs: number;

  /** Units: `timeoutMs` bounds each call as a whole, from connecting to the last byte. */
  constructor({ bankUrl, timeoutMs = TIMEOUT_MS }: { bankUrl: string; timeoutMs?: number }) {
    this.#bankUrl = bankUrl.replace(/\/+$/, '');
    this.#timeoutMs = timeoutMs;
  }

  /** The bank keeps keys for ever; a day is promised, as other providers do. */
  capabilities() {
    return {
      idempotencyWindowHours: IDEMPOTENCY_WINDOW_HOURS,
      statements: true,
      lookup: true,
    } as const;
  }

  async pay(order: PaymentOrder, options: RailCallOptions = {}): Promise<PayAnswer> {
    const { key, from, to, amountMinor, currency, reference } = order;
    const amount = { amount: formatMinor(BigInt(amountMinor), currency), currency };
    const reply = await this.#call('/payments', {
      ...options,
      method: 'POST',
      headers: { 'idempotency-key': key },
      body: { from, to, amount, reference },
    });
    if (reply.kind === 'unsent') throw this.#unreachable(reply.cause);
    if (reply.kind === 'cut') return { kind: 'unknown', cause: textOf(reply.cause) };
    if (reply.status === 429) throw this.#unreachable(describe(reply));
    return outcomeOf(order, reply);
  }

  async lookup(
    key: string,
    { asked, ...options }: RailCallOptions & { readonly asked?: PaymentOrder } = {},
  ): Promise<LookupAnswer> {
    const reply = await this.#read(`/payments/${encodeURIComponent(key)}`, options);
    if (codeOf(reply) === 'PAYMENT_UNKNOWN' && reply.status === 404) return { kind: 'absent' };
    const stored = readAs(storedAnswer, reply);
    sameOrFail(asked ?? { key }, stored);
    if (stored.state === 'refused') return { kind: 'refused', reason: stored.reason };
    if (stored.state === 'pending') return { kind: 'pending', paymentId: stored.paymentId };
    const { paymentId, amount, from, to, reference, bookedAt } = stored;
    return { kind: 'booked', paymentId, ...amount, from, to, reference, bookedAt };
  }

  async statement(
    request: StatementRequest,
    options: RailCallOptions = {},
  ): Promise<StatementPage> {
    const { account, afterSeq, limit, currency } = request;
    const query = new URLSearchParams({ after: `${afterSeq}`, limit: `${limit}` });
    if (currency !== undefined) query.set('currency', currency);
    const path = `/accounts/${encodeURIComponent(account)}/statement?${query.toString()}`;
    const page = pageOf(readAs(statementAnswer, await this.#read(path, options)));
    wholeOrFail(request, page);
    return page;
  }

  /** A question without effect: whatever goes wrong, it may be asked again. */
  async #read(path: string, options: RailCallOptions): Promise<Answered> {
    const reply = await this.#call(path, { ...options, method: 'GET' });
    if (reply.kind !== 'answered') throw this.#unreachable(reply.cause);
    if (isTrouble(reply.status)) throw this.#unreachable(describe(reply));
    return reply;
  }

  #call(
    path: string,
    { signal, ...call }: RailCallOptions & Pick<BankCall, 'method' | 'headers' | 'body'>,
  ) {
    signal?.throwIfAborted();
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
    return callBank({ ...call, url: new URL(`${this.#bankUrl}${path}`), signal: either });
  }

  #unreachable(cause: unknown): RailFailure {
    const found = `Expected an answer from the bank at ${this.#bankUrl}, found: ${textOf(cause)}.`;
    const message = `${found} Start it, or wait for it.`;
    return new RailFailure({ code: 'RAIL_UNREACHABLE', message, cause });
  }
}
