import { ApplicationFailure } from '@temporalio/activity';
import type { z } from 'zod';
import { failures, type FailureCode } from '../contracts/failures';

/**
 * The failure of an activity that retrying cannot mend.
 *
 * Ensures: non-retryable unless the code's kind is `fault`; `type` is the code.
 */
export function fail(code: FailureCode, message: string): ApplicationFailure {
  return failAbout({ code, message, details: {} });
}

type About = { code: FailureCode; message: string; details: Record<string, unknown> };

/** As `fail`, with keys and ids beside the words, for whoever reads the history by program. */
export function failAbout({ code, message, details }: About): ApplicationFailure {
  return ApplicationFailure.create({
    type: code,
    message: `${code}: ${message}`,
    nonRetryable: failures[code].kind !== 'fault',
    details: [details],
  });
}

/**
 * The input an activity was sent, if it means something.
 *
 * @throws INPUT_INVALID (rejected) when it does not fit; a raw ZodError would retry for ever.
 */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown): z.infer<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw fail('INPUT_INVALID', places.join('; '));
}
