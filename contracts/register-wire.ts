import { z } from 'zod';
import { amount, currency, identifier, instant, named, unique } from './wire-text';

const holdings = unique(
  z.strictObject({ investorId: identifier, units: amount }),
  ({ investorId }) => investorId,
);

/** `PUT /register/{deal}`: who holds what of a deal the service has no register for. */
export const registerRequest = z.strictObject({ currency, holdings });
/** `GET /register/{deal}`. Ensures: the units of `holdings` sum to `issued`. */
export const registerAnswer = z.strictObject({
  deal: z.string(),
  currency,
  issued: amount,
  holdings: z.array(z.strictObject({ investorId: z.string(), units: amount })),
  transfers: z.array(
    z.strictObject({
      reference: z.string(),
      key: z.string(),
      incident: z.string(),
      from: z.string(),
      to: z.string(),
      units: amount,
      confirmedAt: instant,
    }),
  ),
});

const instrumentKey = z.string().regex(/^[A-Za-z0-9._:/-]{1,200}$/);
const issuedAt = z.int().nonnegative();

/**
 * The payload of a transfer instrument, signed by the instance's key.
 *
 * Units: `units` is a decimal string at cost in `currency`; `iat` is whole seconds since 1970.
 */
export const transferInstrument = z
  .strictObject({
    key: instrumentKey,
    incident: named(40),
    deal: identifier,
    from: identifier,
    to: identifier,
    units: amount,
    currency,
    iat: issuedAt,
  })
  .refine(({ from, to }) => from !== to, {
    path: ['to'],
    message: 'expected another holder than `from`',
  });

/** What a deal hold stops. */
export const dealAction = z.enum(['closing', 'wire', 'distribution', 'transfer']);

/** The payload of an instrument that lets one action of a held deal pass, signed likewise. */
export const actionInstrument = z.strictObject({
  key: instrumentKey,
  incident: named(40),
  deal: identifier,
  action: dealAction,
  iat: issuedAt,
});

const compactJws = z.string().min(1).max(8000);

/** `POST /transfers`. Retry: the same key and content get the same answer. */
export const transferRequest = z.strictObject({ instrument: compactJws });

/** A confirmed transfer. */
export const transferAnswer = z.strictObject({
  reference: z.string(),
  key: z.string(),
  confirmedAt: instant,
});

/** `POST /deals/{id}/actions`: asks whether a deal may go on. */
export const actionRequest = z.strictObject({
  action: dealAction,
  instrument: compactJws.optional(),
});

/** An action that was let through; `incident` where its instrument was what let it. */
export const actionAnswer = z.strictObject({
  deal: z.string(),
  action: dealAction,
  passedAt: instant,
  incident: z.string().optional(),
});
