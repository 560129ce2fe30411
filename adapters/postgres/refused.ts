import { failures, type FailureCode, type FailureKind } from '../../contracts/failures';

/**
 * A failure of the table in contracts/failures.ts, thrown where no activity is near.
 *
 * Ensures: `code` and `kind` say whether another try is worth it; nobody has to read the message.
 */
export class Refused extends Error {
  readonly code: FailureCode;
  readonly kind: FailureKind;

  constructor(code: FailureCode, message: string) {
    super(message);
    this.name = 'Refused';
    this.code = code;
    this.kind = failures[code].kind;
  }
}
