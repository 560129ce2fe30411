import { z } from 'zod';
import { parseMinor } from '../../domain/money';

const name = z.string().min(1);

/** An amount from the wire; below zero only where a balance may be. */
const money = (options?: { negative: true }) =>
  z
    .object({ amount: z.string().max(40), currency: z.string().regex(/^[A-Z]{3}$/) })
    .transform(({ amount, currency }, context) => {
      try {
        return { amountMinor: parseMinor(amount, currency, options).toString(), currency };
      } catch (error) {
        context.addIssue({ code: 'custom', message: String(error) });
        return z.NEVER;
      }
    });

const payment = {
  paymentId: name,
  key: name,
  from: name,
  to: name,
  amount: money(),
  reference: z.string(),
};

/** The bank's answer to an order. */
export const receiptAnswer = z.discriminatedUnion('state', [
  z.object({ state: z.literal('accepted'), ...payment }),
  z.object({ state: z.literal('refused'), ...payment, reason: name }),
]);

/** The bank's answer to the question what became of a key. */
export const storedAnswer = z.discriminatedUnion('state', [
  z.object({ state: z.literal('booked'), ...payment, bookedAt: z.iso.datetime() }),
  z.object({ state: z.literal('pending'), ...payment }),
  z.object({ state: z.literal('refused'), ...payment, reason: name }),
]);

/** A page of an account's statement. */
export const statementAnswer = z.object({
  account: name,
  currency: z.string(),
  balance: money({ negative: true }),
  lastSeq: z.int().min(0),
  entries: z.array(
    z.object({
      seq: z.int().positive(),
      bookedAt: z.iso.datetime(),
      direction: z.enum(['in', 'out']),
      amount: money(),
      counterparty: name,
      reference: z.string(),
      paymentId: name,
      key: name.optional(),
    }),
  ),
});

/** How the bank says no. */
export const errorAnswer = z.object({ error: z.object({ code: name, message: z.string() }) });
