import type { z } from 'zod';
import { rejected } from './service-error';

/** What a request says, in its shape. @throws INPUT_INVALID (rejected) naming the first faults. */
export function parsed<T extends z.ZodType>(shape: T, value: unknown): z.infer<T> {
  const read = shape.safeParse(value);
  if (read.success) return read.data;
  const { issues } = read.error;
  const faults = issues.slice(0, 5).map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw rejected(issues[0]?.path.join('.') ?? '', faults.join('; '));
}
