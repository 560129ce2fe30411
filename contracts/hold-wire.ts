import { z } from 'zod';
import {
  amount,
  holdToken,
  identifier,
  instant,
  named,
  ruleId,
  ruleVersion,
  unique,
} from './wire-text';

/** Which history the service takes averages from. */
export const averagesBasis = z.enum(['recorded', 'corrected']);

const holdKind = z.enum(['service', 'deal']);

/** `GET /state`: what is live and what is held. Ensures: no token in it. */
export const serviceState = z.strictObject({
  frozen: z.boolean(),
  rule: z.string(),
  ruleVersion: z.string(),
  averages: averagesBasis,
  holds: z.array(
    z.strictObject({
      kind: holdKind,
      deal: z.string().optional(),
      incident: z.string(),
      placedAt: instant,
    }),
  ),
  lastSeq: z.int().nonnegative(),
});

/** `POST /holds`. Retry: the same incident, kind and deal get the token that stands. */
export const holdRequest = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('service'), incident: named(40), reason: named(500) }),
  z.strictObject({
    kind: z.literal('deal'),
    deal: identifier,
    incident: named(40),
    reason: named(500),
  }),
]);

/** A hold that stands. Ensures: its token is told to nobody else. */
export const holdAnswer = z.strictObject({
  token: holdToken,
  kind: holdKind,
  deal: z.string().optional(),
  incident: z.string(),
  placedAt: instant,
});

/** `GET /holds/{token}`: whether the hold still stands. */
export const holdLookup = z.strictObject({
  standing: z.boolean(),
  kind: holdKind,
  deal: z.string().optional(),
  incident: z.string(),
  placedAt: instant,
  liftedAt: instant.optional(),
});

/** `DELETE /holds/{token}`. Retry: safe, a lifted hold is lifted. */
export const liftAnswer = z.strictObject({
  lifted: z.literal(true),
  kind: holdKind,
  deal: z.string().optional(),
  incident: z.string(),
});

/** `POST /deploy`: another rule goes live under a new label. */
export const deployRequest = z
  .strictObject({
    rule: ruleId,
    ruleVersion,
    averages: averagesBasis,
    restatements: unique(
      z.strictObject({ dealId: identifier, investorId: identifier, allocated: amount }),
      ({ dealId, investorId }) => JSON.stringify([dealId, investorId]),
    ).optional(),
  })
  .refine(({ averages, restatements }) => averages === 'corrected' || !restatements?.length, {
    path: ['restatements'],
    message: 'expected none with averages "recorded": only "corrected" averages read them',
  });
/** `restatementsMatched` counts those about a commitment that this service recorded itself. */
export const deployAnswer = z.strictObject({
  rule: z.string(),
  ruleVersion: z.string(),
  averages: averagesBasis,
  deployedAt: instant,
  restatementsMatched: z.int().nonnegative(),
});
