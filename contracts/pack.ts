import { z } from 'zod';

/** A value together with where it was read and when; packs hold nothing without a source. */
const sourced = <T extends z.ZodType>(value: T) =>
  z.strictObject({ value, source: z.string().min(1), seenOn: z.iso.date() });

const seconds = z.number().nonnegative();
const decimal = z.string().regex(/^(0|[1-9]\d*)(\.\d+)?$/);

const ladder = z.strictObject({
  /** Seconds after opening at which those still missing are reminded. */
  reminders: z.array(seconds).min(1),
  /** Seconds after opening at which the escalation role is told. */
  escalateAfter: seconds,
  escalateTo: z.string().min(1),
  /** Seconds after which the opening lapses: votes void, management told, opened again. */
  expireAfter: seconds,
});

/**
 * One policy pack: every waiting time, threshold and rate the runbook uses, as versioned data.
 *
 * Units: waits in seconds, rates in percent a year, thresholds as decimal strings per currency.
 * Ensures: the residue never goes to the firm.
 */
export const policyPack = z.strictObject({
  name: z.string().min(1),
  version: z.string().min(1),
  ladder: sourced(ladder),
  paging: sourced(z.strictObject({ everySeconds: seconds, escalateAfter: seconds })),
  freezeWatch: sourced(z.strictObject({ everySeconds: seconds })),
  forms: sourced(z.strictObject({ deadlineAfter: seconds, remindEvery: seconds })),
  /** How often a wait on the outside (bank receipts, live allocations, an import) looks again. */
  poll: sourced(
    z.strictObject({ bankSeconds: seconds, importSeconds: seconds, liveSeconds: seconds }),
  ),
  chunkRows: sourced(
    z.strictObject({
      scanDeals: z.int().positive(),
      payments: z.int().positive(),
      letters: z.int().positive(),
    }),
  ),
  chunksInFlight: sourced(z.int().positive()),
  /** Below this an investor's difference, over all legs, may stand. */
  floor: sourced(z.record(z.string().length(3), decimal)),
  /** Who gets what is owed but too small to pay out; never the firm. */
  residue: sourced(
    z.string().regex(/^(?!firm$)[a-z][a-z-]{0,39}$/, 'expected a recipient, never firm'),
  ),
  markTolerance: sourced(decimal),
  redistribution: sourced(z.strictObject({ retail: z.boolean(), professional: z.boolean() })),
  interest: sourced(
    z.strictObject({
      method: z.literal('simple'),
      ratePercent: decimal,
      dayCount: z.enum(['ACT/365F', 'ACT/360', 'ACT/ACT', '30/360']),
    }),
  ),
  /** The day interest runs to and payments are made: so many days after opening or drafting. */
  payOn: sourced(
    z.strictObject({ from: z.enum(['opening', 'drafting']), afterDays: z.int().nonnegative() }),
  ),
  /** How long after `payOn` a plan may still be paid out. */
  goodForDays: sourced(z.int().positive()),
  invoiceDueDays: sourced(z.int().positive()),
  /** A resolution letter waits this long for the fix before it says "stopped until proven". */
  resolutionWaitsForFix: sourced(seconds),
  liveChecks: sourced(z.int().nonnegative()),
  severity: sourced(
    z.strictObject({
      sev1Amount: z.record(z.string().length(3), decimal),
      sev2Amount: z.record(z.string().length(3), decimal),
    }),
  ),
  nextUpdateEvery: sourced(seconds),
  contact: sourced(
    z.strictObject({
      name: z.string(),
      email: z.email(),
      phone: z.string(),
      calendar: z.url(),
      complaints: z.string(),
    }),
  ),
});
export type PolicyPack = z.infer<typeof policyPack>;
