/** Says that we are wrong, not the caller: a state the code held to be impossible. */
export class AssertionError extends Error {
  readonly code = 'ASSERTION';
  readonly kind = 'bug';

  constructor(message: string) {
    super(message);
    this.name = 'AssertionError';
  }
}

/**
 * Promises that `condition` holds from here on; where it is asked millions of times, give a
 * message that is worded only when it does not.
 *
 * @throws ASSERTION (bug) when it does not.
 */
export function assert(condition: boolean, message: string | (() => string)): asserts condition {
  if (!condition) throw new AssertionError(typeof message === 'string' ? message : message());
}
