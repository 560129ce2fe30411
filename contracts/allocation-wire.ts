import { z } from 'zod';
import {
  amount,
  average,
  currency,
  identifier,
  named,
  plainText,
  ruleId,
  unique,
} from './wire-text';

/** Columns of `investors.csv` that a platform may have beyond the fixed ones. */
export const investorFactColumns = [
  'kyc',
  'residence',
  'payee_of_record',
  'tax_form',
  'time_zone',
] as const;

/** Further columns of `deals.csv`, each a fact that some remedy reads. */
export const dealFactColumns = [
  'mark_on',
  'mark_source',
  'residual_commitment',
  'lead_email',
  'company_email',
  'vehicle',
  'holders',
  'holders_cap',
  'non_accredited',
  'min_ticket',
  'max_per_investor',
  'transfers_past_year_share',
  'company_grants_room',
  'gp_consents',
  'rofr',
  'tax_filed',
  'first_sale_on',
] as const;

/** `PUT /investors`: the people who may ask for an allocation, with their opening history. */
export const investorsRequest = unique(
  z
    .strictObject({
      investorId: identifier,
      name: named(300),
      email: z.email(),
      locale: named(35),
      class: z.enum(['retail', 'professional']),
      status: z.enum(['active', 'deceased', 'dissolved', 'unreachable']),
      historyTotal: amount.optional(),
      historyCount: z.int().nonnegative().max(1_000_000).optional(),
      historyCurrency: currency.optional(),
      facts: z.partialRecord(z.enum(investorFactColumns), plainText(500)).optional(),
    })
    .refine(
      (row) =>
        new Set([
          row.historyTotal === undefined,
          row.historyCount === undefined,
          row.historyCurrency === undefined,
        ]).size === 1,
      'expected historyTotal, historyCount and historyCurrency together, or none of them',
    ),
  ({ investorId }) => investorId,
);

/** `POST /allocations`: a deal and who asks for how much of it. Order: of the rows is kept. */
export const allocationRequest = z.strictObject({
  deal: z.strictObject({
    dealId: identifier,
    name: named(300),
    company: named(300),
    closedOn: z.iso.date(),
    currency,
    allocation: amount,
    stage: z.enum(['escrow', 'closed', 'exited']),
    policy: named(60),
    agreementOn: z.iso.date().optional(),
    errorClause: z.enum(['none', 'redistribution', 'return-of-distributions']).optional(),
    mark: amount.optional(),
    facts: z.partialRecord(z.enum(dealFactColumns), plainText(500)).optional(),
  }),
  requests: unique(
    z.strictObject({ investorId: identifier, requested: amount }),
    ({ investorId }) => investorId,
  ).min(1),
});

const allocatedRow = z.strictObject({
  investorId: z.string(),
  requested: amount,
  average,
  allocated: amount,
});

/** What `POST /allocations` answers: the shares, and the averages and version they came from. */
export const allocationAnswer = z.strictObject({
  seq: z.int().positive(),
  dealId: z.string(),
  ruleVersion: z.string(),
  rule: z.string(),
  allocations: z.array(allocatedRow),
});

/** `GET /allocations?since=&limit=`. */
export const allocationsQuery = z.strictObject({
  since: z
    .string()
    .regex(/^\d{1,9}$/)
    .default('0')
    .pipe(z.coerce.number<string>().int()),
  limit: z
    .string()
    .regex(/^\d{1,4}$/)
    .default('100')
    .pipe(z.coerce.number<string>().int().min(1).max(1000)),
});

/** What has been allocated after `since`. Order: by `seq`; `next` is the `since` to go on with. */
export const allocationsPage = z.strictObject({
  allocations: z.array(
    z.strictObject({
      seq: z.int().positive(),
      deal: z.string(),
      closedOn: z.iso.date(),
      currency,
      allocation: amount,
      ruleVersion: z.string(),
      rule: z.string(),
      allocations: z.array(allocatedRow),
    }),
  ),
  next: z.int().nonnegative(),
});

const asks = unique(
  z.strictObject({ investorId: identifier, requested: amount, average }),
  ({ investorId }) => investorId,
);
const shares = z.array(z.strictObject({ investorId: z.string(), allocated: amount }));

/** `POST /preview`: past deals under any rule of the catalogue, without effect. */
export const previewRequest = z.strictObject({
  rule: ruleId,
  deals: unique(
    z.strictObject({ dealId: identifier, currency, allocation: amount, requests: asks }),
    ({ dealId }) => dealId,
  ).max(1000),
});

/** What the rule gives. Order: of deals and rows as asked. */
export const previewAnswer = z.strictObject({
  rule: z.string(),
  deals: z.array(z.strictObject({ dealId: z.string(), allocations: shares })),
});

/** `POST /probe`: one made-up deal by the live version, recorded as no deal. */
export const probeRequest = z.strictObject({ currency, allocation: amount, requests: asks });

/** What the live version gives, and which it is. Order: of rows as asked. */
export const probeAnswer = z.strictObject({
  ruleVersion: z.string(),
  rule: z.string(),
  allocations: shares,
});
