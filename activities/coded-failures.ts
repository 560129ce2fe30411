import { failures, type FailureCode } from '../contracts/failures';
import { fail } from './fail';

type Activity = (input: never) => Promise<unknown>;

/** What adapters throw says its own code; a system's codes (ECONNREFUSED) are not ours. */
function codeOf(error: unknown): FailureCode | undefined {
  if (!(error instanceof Error)) return undefined;
  // We are wrong: trying again won't help.
  if (error.name === 'AssertionError') return 'UNEXPECTED';
  if (!('code' in error)) return undefined;
  const { code } = error;
  if (typeof code !== 'string' || !Object.hasOwn(failures, code)) return undefined;
  return code as FailureCode;
}

/**
 * The same activities, with errors that carry a code of the table made into failures of Temporal.
 *
 * Retry: refusals and bugs of adapters are not tried again; faults and everything without a code of
 * ours pass as they are, and are.
 */
export function withCodedFailures<A extends Record<string, Activity>>(activities: A): A {
  const told = Object.entries(activities).map(([name, activity]) => {
    const tell = async (input: never): Promise<unknown> => {
      try {
        return await activity(input);
      } catch (error) {
        const code = codeOf(error);
        if (code === undefined || failures[code].kind === 'fault') throw error;
        throw fail(code, error instanceof Error ? error.message : code);
      }
    };
    return [name, tell];
  });
  return Object.fromEntries(told) as A;
}
