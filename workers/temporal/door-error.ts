import { failures, type FailureCode, type FailureKind } from '../../contracts/failures';

/**
 * What keeps us from Temporal or from reading what it holds: a file, a key, a setting.
 *
 * Ensures: its name is its code, so that a history and a log tell which it was.
 */
export class DoorError extends Error {
  readonly kind: FailureKind;

  readonly path: string | undefined;

  constructor(
    readonly code: FailureCode,
    { message, path }: { message: string; path?: string },
  ) {
    super(message);
    this.name = code;
    this.kind = failures[code].kind;
    this.path = path;
  }
}
