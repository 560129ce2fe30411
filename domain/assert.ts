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
 * Promises that `condition` holds from here on.
 *
 * @throws ASSERTION (bug) when it does not.
 */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}
