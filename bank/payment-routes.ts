import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Bank, PaymentRequest } from './bank';
import { BankError } from './bank-error';
import { idempotencyKey, paymentRequest, toWire } from './bank-messages';
import type { Payment } from './book';

const listQuery = z.strictObject({ from: z.string().optional() });

/** Ordering payments, paying in from outside, and finding out what became of either. */
export function paymentRoutes(app: FastifyInstance, bank: Bank): void {
  app.post('/payments', async (request, reply) => {
    const key = idempotencyKey.parse(request.headers['idempotency-key']);
    const { payment, isNew, spoilt } = bank.pay({ channel: 'order', key, ...bodyOf(request) });
    await bank.settled();
    const answer = () => void reply.code(isNew ? 201 : 200).send(receiptOf(payment));
    if (spoilt) spoilt(reply, answer);
    else answer();
    return reply;
  });

  app.post('/incoming', async (request, reply) => {
    const given = idempotencyKey.optional().parse(request.headers['idempotency-key']);
    const key = given === undefined ? {} : { key: given };
    const { payment, isNew } = bank.pay({ channel: 'incoming', ...key, ...bodyOf(request) });
    await bank.settled();
    return reply.code(isNew ? 201 : 200).send(receiptOf(payment));
  });

  app.get<{ Params: { key: string } }>('/payments/:key', async ({ params }) => {
    const payment = bank.book.paymentByKey(params.key);
    await bank.settled();
    if (payment) return storedOf(payment);
    const message = `Expected a key that was used before, found none like ${params.key}.`;
    throw new BankError({ status: 404, code: 'PAYMENT_UNKNOWN', message });
  });

  app.get('/payments', async ({ query }) => {
    const { from } = listQuery.parse(query);
    const wanted = bank.book.payments().filter((one) => from === undefined || one.from === from);
    await bank.settled();
    return { payments: wanted.map(storedOf) };
  });
}

function bodyOf(request: FastifyRequest): Omit<PaymentRequest, 'channel' | 'key'> {
  return paymentRequest.parse(request.body);
}

/** The answer to an order: accepted or refused, with the order echoed to be compared. */
function receiptOf(payment: Payment) {
  return { ...storedOf(payment), state: payment.state === 'refused' ? 'refused' : 'accepted' };
}

function storedOf({ paymentId, key, state, from, to, currency, reference, ...rest }: Payment) {
  const amount = toWire({ minor: rest.amountMinor, currency });
  const { at: bookedAt, reason } = rest;
  return { paymentId, key, state, from, to, amount, reference, bookedAt, reason };
}
