import { z } from 'zod';
import * as messages from '../../bank/bank-messages';
import { documentOf, type Operation } from './document';

const money = z.strictObject({
  amount: z.string().regex(/^-?\d+(\.\d+)?$/),
  currency: z.string().regex(/^[A-Z]{3}$/),
});
const account = z.strictObject({
  account: z.string(),
  currency: z.string(),
  external: z.boolean(),
  opening: money,
  balance: money,
  lastSeq: z.int().nonnegative(),
});
const payment = {
  paymentId: z.string(),
  key: z.string().optional(),
  from: z.string(),
  to: z.string(),
  amount: money,
  reference: z.string(),
  bookedAt: z.iso.datetime(),
  reason: z.string().optional(),
};
const stored = z.strictObject({ ...payment, state: z.enum(['booked', 'refused']) });

const schemas = {
  Health: z.strictObject({ ok: z.literal(true) }),
  Failure: z.strictObject({ error: z.strictObject({ code: z.string(), message: z.string() }) }),
  Opening: messages.openingRequest,
  Account: account,
  Accounts: z.strictObject({ accounts: z.array(account) }),
  Statement: z.strictObject({
    account: z.string(),
    currency: z.string(),
    balance: money,
    lastSeq: z.int().nonnegative(),
    entries: z.array(
      z.strictObject({
        seq: z.int().positive(),
        bookedAt: z.iso.datetime(),
        direction: z.enum(['in', 'out']),
        amount: money,
        counterparty: z.string(),
        reference: z.string(),
        paymentId: z.string(),
        key: z.string().optional(),
      }),
    ),
  }),
  PaymentRequest: messages.paymentRequest,
  Receipt: z.strictObject({ ...payment, state: z.enum(['accepted', 'refused']) }),
  Payment: stored,
  Payments: z.strictObject({ payments: z.array(stored) }),
  Fault: z.looseObject({ kind: z.string() }).describe('docs/sandbox-bank.md lists the kinds'),
  Faults: z.strictObject({ faults: z.array(z.looseObject({ kind: z.string() })) }),
};

const id = { in: 'path', name: 'id', schema: z.string().min(1).max(200) } as const;
const currency = { in: 'query', name: 'currency', schema: z.string() } as const;
const idempotencyKey = (required: boolean) =>
  ({
    in: 'header',
    name: 'Idempotency-Key',
    schema: messages.idempotencyKey,
    required,
  }) as const;
const oneAccount = { 400: ['CURRENCY_NEEDED'], 404: ['ACCOUNT_UNKNOWN'] };

const accounts: readonly Operation[] = [
  {
    route: 'POST /accounts',
    id: 'openAccount',
    summary: 'Opens an account with its first balance.',
    body: 'Opening',
    answers: {
      200: { says: 'opened so before', schema: 'Account' },
      201: { says: 'opened', schema: 'Account' },
    },
    refusals: { 409: ['ACCOUNT_EXISTS'] },
  },
  {
    route: 'GET /accounts',
    id: 'accounts',
    summary: 'Every account with its balance.',
    answers: { 200: { says: 'the accounts', schema: 'Accounts' } },
  },
  {
    route: 'GET /accounts/{id}',
    id: 'account',
    summary: 'One account with its balance.',
    parameters: [id, currency],
    answers: { 200: { says: 'the account', schema: 'Account' } },
    refusals: oneAccount,
  },
  {
    route: 'GET /accounts/{id}/statement',
    id: 'statement',
    summary: 'Entries after a place; seq rises by 1 from 1, without a hole.',
    parameters: [
      id,
      currency,
      { in: 'query', name: 'after', schema: z.int().min(0).default(0) },
      { in: 'query', name: 'limit', schema: z.int().min(1).max(1000).default(100) },
    ],
    answers: { 200: { says: 'a page, by seq', schema: 'Statement' } },
    refusals: oneAccount,
  },
];

const payments: readonly Operation[] = [
  {
    route: 'POST /payments',
    id: 'pay',
    summary: 'Orders a payment, once for its key. The answer may be lost: then look the key up.',
    parameters: [idempotencyKey(true)],
    body: 'PaymentRequest',
    answers: {
      200: { says: 'the first answer under this key', schema: 'Receipt' },
      201: { says: 'taken or refused for good', schema: 'Receipt' },
    },
    refusals: { 404: ['ACCOUNT_UNKNOWN'], 422: ['KEY_REUSED'] },
  },
  {
    route: 'GET /payments/{key}',
    id: 'lookUpPayment',
    summary: 'What became of a key.',
    parameters: [{ in: 'path', name: 'key', schema: messages.idempotencyKey }],
    answers: { 200: { says: 'the payment', schema: 'Payment' } },
    refusals: { 404: ['PAYMENT_UNKNOWN'] },
  },
  {
    route: 'GET /payments',
    id: 'payments',
    summary: 'Every payment in the order they came, refused ones too.',
    parameters: [{ in: 'query', name: 'from', schema: z.string() }],
    answers: { 200: { says: 'the payments', schema: 'Payments' } },
  },
  {
    route: 'POST /incoming',
    id: 'payIn',
    summary: 'Somebody pays in from outside.',
    parameters: [idempotencyKey(false)],
    body: 'PaymentRequest',
    answers: {
      200: { says: 'the first answer under this key', schema: 'Receipt' },
      201: { says: 'booked', schema: 'Receipt' },
    },
    refusals: { 422: ['KEY_REUSED'] },
  },
];

const faultsAnswer = { says: 'the faults at work', schema: 'Faults' };
const others: readonly Operation[] = [
  {
    route: 'GET /faults',
    id: 'faults',
    summary: 'The faults at work, with what is left of each.',
    answers: { 200: faultsAnswer },
  },
  {
    route: 'POST /faults',
    id: 'addFault',
    summary: 'Sets one more fault.',
    body: 'Fault',
    answers: { 201: faultsAnswer },
  },
  {
    route: 'DELETE /faults',
    id: 'clearFaults',
    summary: 'Ends all faults.',
    answers: { 200: faultsAnswer },
  },
  {
    route: 'GET /healthz',
    id: 'health',
    summary: 'Whether the store can be written.',
    answers: { 200: { says: 'it can', schema: 'Health' } },
  },
  {
    route: 'GET /',
    id: 'page',
    summary: 'One page for people.',
    answers: { 200: { says: 'the page', media: 'text/html' } },
  },
];

/** The OpenAPI document of the sandbox bank. Units: amounts as decimal strings. */
export const bankDocument = (): Record<string, unknown> =>
  documentOf({
    title: 'Makewhole sandbox bank',
    description: 'A payment provider for drills and tests; no real money moves.',
    url: 'http://127.0.0.1:4020',
    schemas,
    failure: 'Failure',
    everywhere: {
      400: ['INPUT_INVALID'],
      413: ['INPUT_INVALID'],
      415: ['INPUT_INVALID'],
      500: ['BANK_BROKEN'],
      503: ['STORE_BROKEN'],
    },
    operations: [...accounts, ...payments, ...others],
  });
