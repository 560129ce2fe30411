import { z } from 'zod';
import { formatMinor, parseMinor } from '../domain/money';

/** An amount of money as it stands on the wire. */
export type WireMoney = { readonly amount: string; readonly currency: string };

/** An amount of money as the bank counts it. Units: whole minor units. */
export type CountedMoney = { readonly minor: bigint; readonly currency: string };

const plainText = (lengthMax: number) =>
  z
    .string()
    .min(1)
    .max(lengthMax)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'Expected text without control characters or broken characters');

const accountId = plainText(200);
const reference = plainText(140);

const wireMoney = z
  .strictObject({ amount: z.string().max(40), currency: z.string().regex(/^[A-Z]{3}$/) })
  .transform(({ amount, currency }, context): CountedMoney => {
    try {
      return { minor: parseMinor(amount, currency), currency };
    } catch (error) {
      const message = error instanceof Error ? error.message : 'Expected an amount';
      context.addIssue({ code: 'custom', message, path: ['amount'] });
      return z.NEVER;
    }
  });

const positiveMoney = wireMoney.refine(({ minor }) => minor > 0n, {
  path: ['amount'],
  message: 'Expected an amount above zero',
});

/** `POST /accounts`: `opening` may be zero and is in the account's own currency. */
export const openingRequest = z
  .strictObject({ account: accountId, currency: z.string(), opening: wireMoney })
  .refine(({ currency, opening }) => currency === opening.currency, {
    path: ['opening', 'currency'],
    message: 'Expected the currency of the account',
  });

/** `POST /payments` and `POST /incoming`: an amount above zero between two different accounts. */
export const paymentRequest = z
  .strictObject({ from: accountId, to: accountId, amount: positiveMoney, reference })
  .refine(({ from, to }) => from !== to, {
    path: ['to'],
    message: 'Expected another account than `from`',
  });

/** The `Idempotency-Key` header: visible ASCII, at most 255 characters. */
export const idempotencyKey = z
  .string({ error: 'Expected the header Idempotency-Key' })
  .regex(
    /^[\x21-\x7e]{1,255}$/,
    'Expected an Idempotency-Key of 1 to 255 visible ASCII characters',
  );

/** The query of a statement: entries after a `seq`, at most 1,000 of them. */
export const statementQuery = z.strictObject({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  currency: z.string().optional(),
});

/** An amount as it goes out: a decimal string with the currency's decimals. */
export function toWire({ minor, currency }: CountedMoney): WireMoney {
  return { amount: formatMinor(minor, currency), currency };
}
