import { z } from 'zod';
import { sourced } from './sourced';

const many = z.int().positive();
const word = z.string().min(1).max(60);

const term = z
  .strictObject({
    from: z.array(word).min(1),
    notBefore: word.optional(),
    days: z.int().nonnegative().optional(),
    businessDays: many.optional(),
    weeks: many.optional(),
    months: many.optional(),
    years: many.optional(),
  })
  .refine(
    ({ days, businessDays, weeks, months, years }) => {
      return [days, businessDays, weeks, months, years].filter((n) => n !== undefined).length === 1;
    },
    { message: 'expected exactly one of days, businessDays, weeks, months and years' },
  );

const clock = z
  .strictObject({
    name: z.string().min(1).max(200),
    does: z.string().min(1).max(500),
    owner: z.enum(['legal', 'finance', 'operations']),
    of: z.enum(['incident', 'deal']),
    terms: z.array(term).min(1),
    warnDays: many,
    rolls: z.literal(true).optional(),
    calendar: word.optional(),
    onlyWhen: z.strictObject({ fact: word, among: z.array(word).min(1) }).optional(),
    onceBegun: z.literal(true).optional(),
  })
  .refine(
    ({ rolls, terms, calendar }) => {
      const counts = rolls === true || terms.some(({ businessDays }) => businessDays !== undefined);
      return counts === (calendar !== undefined);
    },
    { message: 'expected a calendar exactly where business days are counted or rolled to' },
  );

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'expected an id such as form-d');

/** The clocks of a pack, by the regime of a deal and by their ids, each with its source. */
export const packClocks = z.record(id, z.record(id, sourced(clock)));
