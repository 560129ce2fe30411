import { z } from 'zod';
import { packClocks } from './pack-clocks';
import { sourced } from './sourced';

const seconds = z.number().nonnegative();
const decimal = z.string().regex(/^(0|[1-9]\d*)(\.\d+)?$/);

/** Seconds after an opening in any hour, or working days of whoever is waited for. */
const wait = z.union([seconds, z.strictObject({ workingDays: z.int().positive() })]);

const amountOf = (given: z.infer<typeof wait>) =>
  typeof given === 'number' ? given : given.workingDays;

const ladder = z
  .strictObject({
    /** When those still missing are reminded, each rung in the working time of whom it is for. */
    reminders: z.array(wait).min(1),
    /** When the escalation role is told; the rung after the last reminder. */
    escalateAfter: wait,
    escalateTo: z.string().min(1),
    /** Seconds after which the opening lapses: votes void, management told, opened again. */
    expireAfter: seconds,
  })
  .refine(
    ({ reminders, escalateAfter }) => {
      const rungs = [...reminders, escalateAfter];
      return rungs.every((rung, index) => {
        const before = rungs[index - 1];
        if (before === undefined) return true;
        return typeof rung === typeof before && amountOf(rung) > amountOf(before);
      });
    },
    { message: 'expected rungs of one unit, each later than the one before' },
  );

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time such as 09:00');

const workingTime = z.union([
  /** Everybody is there at any hour: for drills. */
  z.literal('round-the-clock'),
  z
    .strictObject({
      /** Time zone and holidays of people whose entry names none. */
      zone: z.string().min(1),
      calendar: z.string().min(1),
      from: timeOfDay,
      until: timeOfDay,
    })
    .refine(({ from, until }) => from < until, { message: 'expected from before until' }),
]);

const amounts = z.record(z.string().length(3), decimal);
const many = z.int().positive();

/** From which amounts on, all of a plan or its largest line, which further people have to sign. */
const approvalTier = z.strictObject({
  from: z.record(z.string().length(3), z.strictObject({ total: decimal, line: decimal })),
  /** One of these sets is needed besides legal and finance, each person for one of its roles. */
  further: z
    .array(
      z
        .array(
          z.enum([
            'customer-success',
            'engineering',
            'finance',
            'legal',
            'management',
            'operations',
          ]),
        )
        .min(1),
    )
    .min(1),
});

/** From which value on a fact says a level; one that is not named has no say. */
const severityLimits = z.strictObject({
  serviceDown: z.literal(true).optional(),
  moneyStillMoving: z.literal(true).optional(),
  figuresUnknown: z.literal(true).optional(),
  /** Σ of all wrong shares without sign, by currency. */
  amount: amounts.optional(),
  /** The largest wrong share, as a part of what that person holds or should hold. */
  ofPosition: decimal.optional(),
  over: many.optional(),
  under: many.optional(),
  retail: many.optional(),
  deals: many.optional(),
  ageDays: many.optional(),
  capsBreached: many.optional(),
  freezeLapses: many.optional(),
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
  /** When people can be expected to read mail; a pack from before it was asked for has none. */
  workingTime: sourced(workingTime).optional(),
  /** Tiers of a plan above the first, lowest first; a pack from before them has none. */
  approvalTiers: sourced(z.array(approvalTier)).optional(),
  paging: sourced(z.strictObject({ everySeconds: seconds, escalateAfter: seconds })),
  freezeWatch: sourced(z.strictObject({ everySeconds: seconds })),
  forms: sourced(z.strictObject({ deadlineAfter: seconds, remindEvery: seconds })),
  /** How often a wait on the outside (bank receipts, live allocations, an import) looks again. */
  poll: sourced(
    z.strictObject({ bankSeconds: seconds, importSeconds: seconds, liveSeconds: seconds }),
  ),
  /** How often money that was paid out is looked after on page 10, and for how long after it. */
  followUp: sourced(z.strictObject({ everySeconds: seconds, forSeconds: seconds })).optional(),
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
  /** What says which level; whatever reaches none is Sev 3. */
  severity: sourced(
    z.strictObject({ 'Sev X': severityLimits, 'Sev 1': severityLimits, 'Sev 2': severityLimits }),
  ),
  /** How many times what was thought, or how small a part of it, is told as hidden scope. */
  sizing: sourced(z.strictObject({ deviationFactor: decimal })),
  /** Whose clocks run for a deal whose own policy names none. */
  regime: sourced(z.string().min(1)),
  clocks: packClocks,
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
