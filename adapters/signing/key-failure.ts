import { failures, type FailureCode, type FailureKind } from '../../contracts/failures';

/** A private key that cannot be used as it lies there; the message says what to do. */
export class KeyFailure extends Error {
  readonly code: FailureCode;
  readonly kind: FailureKind;
  readonly path: string;

  constructor(given: { code: FailureCode; message: string; path: string; cause?: unknown }) {
    super(given.message, { cause: given.cause });
    this.name = 'KeyFailure';
    this.code = given.code;
    this.kind = failures[given.code].kind;
    this.path = given.path;
  }
}
