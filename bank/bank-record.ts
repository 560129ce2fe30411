import { z } from 'zod';

const minorText = z.string().regex(/^\d{1,17}$/);
const recordNumber = z.int().positive();

const openingRecord = z.strictObject({
  n: recordNumber,
  at: z.iso.datetime(),
  kind: z.literal('opening'),
  account: z.string(),
  currency: z.string(),
  openingMinor: minorText,
});

const paymentRecord = z.strictObject({
  n: recordNumber,
  at: z.iso.datetime(),
  kind: z.literal('payment'),
  channel: z.enum(['order', 'incoming', 'return']),
  key: z.string().optional(),
  from: z.string(),
  to: z.string(),
  amountMinor: minorText,
  currency: z.string(),
  reference: z.string(),
  state: z.enum(['booked', 'pending', 'refused']),
  reason: z.string().optional(),
  /** When a pending payment is booked. */
  bookAt: z.iso.datetime().optional(),
  /** When it comes back; for a return, the payment that comes back. */
  returnAt: z.iso.datetime().optional(),
  returns: recordNumber.optional(),
});

const bookingRecord = z.strictObject({
  n: recordNumber,
  at: z.iso.datetime(),
  kind: z.literal('booking'),
  payment: recordNumber,
});

const faultsRecord = z.strictObject({
  n: recordNumber,
  at: z.iso.datetime(),
  kind: z.literal('faults'),
  faults: z.array(z.unknown()),
});

/** One line of the journal; a line that is none of these four kinds is refused at the start. */
export const bankRecord = z.discriminatedUnion('kind', [
  openingRecord,
  paymentRecord,
  bookingRecord,
  faultsRecord,
]);

/** A fact the bank keeps for ever. Order: `n` begins at 1 and rises by 1, without a hole. */
export type BankRecord = z.infer<typeof bankRecord>;

/** An account opened for a customer. Units: `openingMinor` in the currency's minor units. */
export type OpeningRecord = z.infer<typeof openingRecord>;

/** A payment ordered, paid in or come back; each stands in the journal exactly once. */
export type PaymentRecord = z.infer<typeof paymentRecord>;
