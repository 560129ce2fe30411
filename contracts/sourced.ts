import { z } from 'zod';

/** A value together with where it was read and when; packs hold nothing without a source. */
export const sourced = <T extends z.ZodType>(value: T) =>
  z.strictObject({ value, source: z.string().min(1), seenOn: z.iso.date() });
