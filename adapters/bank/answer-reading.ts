import { z } from 'zod';
import type {
  PayAnswer,
  PaymentOrder,
  StatementPage,
  StatementRequest,
} from '../../contracts/payment-rail';
import {
  errorAnswer,
  receiptAnswer,
  type statementAnswer,
  type storedAnswer,
} from './bank-answers';
import type { BankReply } from './bank-call';
import { RailFailure } from './rail-failure';

/** A reply that came back whole. */
export type Answered = Extract<BankReply, { kind: 'answered' }>;

type Stored = z.infer<typeof storedAnswer> | z.infer<typeof receiptAnswer>;

const comparedFields = ['key', 'from', 'to', 'amountMinor', 'currency', 'reference'] as const;

/**
 * What an order's reply means. An answer that says neither yes nor no leaves it `unknown`.
 *
 * @throws KEY_REUSED (bug) when the key belongs to another payment.
 * @throws RECEIPT_MISMATCH (bug) when the bank took another payment than asked.
 * @throws RAIL_REJECTED (bug) when the bank could not read the order.
 */
export function outcomeOf(order: PaymentOrder, reply: Answered): PayAnswer {
  const code = codeOf(reply);
  if (reply.status === 422 && code === 'KEY_REUSED') {
    const message = `Expected the key ${order.key} to be this payment's. ${describe(reply)}`;
    throw new RailFailure({ code: 'KEY_REUSED', message });
  }
  if (reply.status === 404 && code === 'ACCOUNT_UNKNOWN') return { kind: 'refused', reason: code };
  if (reply.status === 400 && code === 'INPUT_INVALID') {
    const message = `The bank cannot read the order. ${describe(reply)}`;
    throw new RailFailure({ code: 'RAIL_REJECTED', message });
  }
  const receipt = receiptAnswer.safeParse(reply.body);
  if (!receipt.success || !isSuccess(reply.status)) {
    return { kind: 'unknown', cause: describe(reply) };
  }
  sameOrFail(order, receipt.data);
  if (receipt.data.state === 'refused') return { kind: 'refused', reason: receipt.data.reason };
  return { kind: 'accepted', paymentId: receipt.data.paymentId };
}

/**
 * The body of a good answer, read by its schema.
 *
 * @throws RAIL_REJECTED (bug) when the answer is another one.
 */
export function readAs<Schema extends z.ZodType>(schema: Schema, reply: Answered): z.infer<Schema> {
  const read = schema.safeParse(reply.body);
  if (isSuccess(reply.status) && read.success) return read.data;
  const why = isSuccess(reply.status) && read.error ? z.prettifyError(read.error) : describe(reply);
  const message = `Expected an answer of the bank's, found another. ${why}`;
  throw new RailFailure({ code: 'RAIL_REJECTED', message });
}

/**
 * Compares a payment of the bank's with what was asked, as far as that is known.
 *
 * @throws RECEIPT_MISMATCH (bug) naming each difference.
 */
export function sameOrFail(
  asked: Pick<PaymentOrder, 'key'> & Partial<PaymentOrder>,
  { amount, ...stored }: Stored,
): void {
  const found = { ...stored, ...amount };
  const differences = comparedFields
    .filter((field) => asked[field] !== undefined && asked[field] !== found[field])
    .map((field) => `${field}: expected ${asked[field]}, found ${found[field]}`);
  if (differences.length === 0) return;
  const message = `The bank's payment ${stored.paymentId} is not the one asked for. `;
  const advice = '. Pay nothing more under this key until somebody has looked at the bank.';
  const text = message + differences.join('; ') + advice;
  throw new RailFailure({ code: 'RECEIPT_MISMATCH', message: text });
}

/** A statement page as the port has it. */
export function pageOf(answer: z.infer<typeof statementAnswer>): StatementPage {
  const { account, currency, balance, lastSeq, entries } = answer;
  const lines = entries.map(({ amount, key, ...entry }) => {
    const line = { ...entry, amountMinor: amount.amountMinor };
    return key === undefined ? line : { ...line, key };
  });
  return { account, currency, balanceMinor: balance.amountMinor, lastSeq, entries: lines };
}

/**
 * Makes sure that a page is the one asked for, follows on where the last one ended, and leaves
 * nothing out.
 *
 * @throws STATEMENT_GAP (fault) naming the entry that is missing.
 * @throws RAIL_REJECTED (bug) when it is another account's page.
 */
export function wholeOrFail(asked: StatementRequest, page: StatementPage): void {
  const { account, afterSeq, limit } = asked;
  const wanted = `${account} in ${asked.currency ?? page.currency}`;
  if (`${page.account} in ${page.currency}` !== wanted) {
    const message = `Expected the statement of ${wanted}, found one of ${page.account}.`;
    throw new RailFailure({ code: 'RAIL_REJECTED', message });
  }
  const gap = page.entries.findIndex(({ seq }, index) => seq !== afterSeq + 1 + index);
  const due = Math.max(0, Math.min(limit, page.lastSeq - afterSeq));
  if (gap === -1 && page.entries.length >= due) return;
  const missing = afterSeq + 1 + (gap === -1 ? page.entries.length : gap);
  const message = `Expected entry ${missing} on the statement of ${account}, found none. Ask anew.`;
  throw new RailFailure({ code: 'STATEMENT_GAP', message });
}

/** The code the bank gives for its no, if this is the bank's no. */
export function codeOf({ body }: Answered): string | undefined {
  const read = errorAnswer.safeParse(body);
  return read.success ? read.data.error.code : undefined;
}

/** An answer in a sentence. */
export function describe({ status, body }: Answered): string {
  const read = errorAnswer.safeParse(body);
  const said = read.success ? `${read.data.error.code}, ${read.data.error.message}` : 'no reason';
  return `It answered ${status}: ${said}`;
}

/** Whether an answer says that the bank is in trouble or wants us to slow down. */
export function isTrouble(status: number): boolean {
  return status >= 500 || status === 429;
}

/** What went wrong, in words, down to the first cause. */
export function textOf(cause: unknown): string {
  if (typeof cause === 'string') return cause;
  if (typeof cause !== 'object' || cause === null) return 'no reason given';
  const code = 'code' in cause ? String(cause.code) : 'no reason given';
  const own = 'message' in cause && cause.message !== '' ? String(cause.message) : code;
  return 'cause' in cause && cause.cause ? `${own} (${textOf(cause.cause)})` : own;
}

function isSuccess(status: number): boolean {
  return status === 200 || status === 201;
}
