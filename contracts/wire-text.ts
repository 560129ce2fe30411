import { z } from 'zod';

/** Text on one line, without control or broken characters. */
export const plainText = (lengthMax: number) =>
  z
    .string()
    .max(lengthMax)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'expected text without control or broken characters');
/** As `plainText`, and not empty. */
export const named = (lengthMax: number) => plainText(lengthMax).min(1);

/** An id of a deal, an investor or a holder: the platform's own. */
export const identifier = named(200);
/** Money or units. Units: major units of the currency beside it, as a decimal string. */
export const amount = z
  .string()
  .max(40)
  .regex(/^\d+(\.\d+)?$/, 'expected a decimal string such as "1234.50"');
/** A historical average, which may have more decimals than money; '' for no history. */
export const average = z
  .string()
  .max(80)
  .regex(/^(\d+(\.\d+)?)?$/, 'expected a decimal string, or "" for no history');
/** ISO 4217. */
export const currency = z.string().regex(/^[A-Z]{3}$/, 'expected an ISO 4217 code such as "USD"');
/** ISO 8601 with its offset. */
export const instant = z.iso.datetime({ offset: true });
/** The platform's own label of what is deployed. */
export const ruleVersion = named(100);
/** A rule of the catalogue. */
export const ruleId = named(100);
/** What lifts a hold: nobody can guess it. */
export const holdToken = z.string().regex(/^[A-Za-z0-9_-]{16,128}$/);

/** A list in which no two rows have the same key. */
export const unique = <Row extends z.ZodType>(row: Row, keyOf: (value: z.infer<Row>) => string) =>
  z.array(row).superRefine((rows, context) => {
    const seen = new Set<string>();
    for (const [index, value] of rows.entries()) {
      const key = keyOf(value);
      if (seen.has(key)) {
        context.addIssue({ code: 'custom', message: `${key} stands twice`, path: [index] });
      }
      seen.add(key);
    }
  });
