import type { RailFailureCode } from '../../contracts/payment-rail';

type Failed = { code: RailFailureCode; message: string; cause?: unknown };

/**
 * An error of a rail, told apart by `code` and `kind`; `cause` is what was met, where there is one.
 *
 * Retry: only a `fault` is worth another try. A `bug` stops the line until somebody has looked.
 */
export class RailFailure extends Error {
  readonly code: RailFailureCode;
  readonly kind: 'fault' | 'bug';

  constructor({ code, message, cause }: Failed) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'RailFailure';
    this.code = code;
    this.kind = code === 'RAIL_UNREACHABLE' || code === 'STATEMENT_GAP' ? 'fault' : 'bug';
  }
}
