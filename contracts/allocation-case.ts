import { z } from 'zod';

/** A JSON number as it was written, so that nothing passes through a float. */
export class NumberText {
  constructor(readonly text: string) {}
}

/** Names what a JSON value is, in words for a person. */
function nameOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value instanceof NumberText) return 'a number';
  if (value === null || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'string' ? 'a text' : 'an object';
}

function expected(what: string): { error: (issue: { input?: unknown }) => string } {
  return { error: ({ input }) => `expected ${what}, found ${nameOf(input)}` };
}

function isFields(value: unknown): value is Record<string, unknown> {
  return nameOf(value) === 'an object';
}

const amountText = z
  .custom<string | NumberText>(
    (value) => typeof value === 'string' || value instanceof NumberText,
    expected('an amount, a number or a decimal text'),
  )
  .transform((amount) => (typeof amount === 'string' ? amount : amount.text));

const fields = expected('an object with the fields of an allocation case');
const investorAmounts = z.array(
  z.strictObject(
    {
      name: z.string(expected('a text')),
      requested_amount: amountText,
      average_amount: amountText,
    },
    fields,
  ),
  expected('a list of investors'),
);
const caseFields = {
  currency: z.string(expected('a currency code such as "USD"')).default('USD'),
  allocation_amount: amountText,
  investor_amounts: investorAmounts,
};

/**
 * The input of `allocate`, with numbers still in the text they were written in.
 *
 * Shapes: `{"allocation_amount": 100, "investor_amounts": [{"name", "requested_amount",
 * "average_amount"}, …], "currency"?: "USD"}`; amounts are numbers or decimal texts.
 */
export const allocationCase = z.strictObject(caseFields, fields);

/**
 * The input of `certify`: an allocation case with the shares somebody gave.
 *
 * Shapes: as `allocationCase`, with `"result": {"A": "97.97", …}`.
 */
export const certifiedCase = z.strictObject(
  {
    ...caseFields,
    // Not a zod record: that would drop an investor of the name `__proto__`.
    result: z.custom<Record<string, unknown>>(isFields, expected('an object of shares by name')),
  },
  fields,
);

/** One share in `result`. */
export const shareText = amountText;

/** An allocation case whose amounts are still text. */
export type WrittenCase = z.infer<typeof allocationCase>;
