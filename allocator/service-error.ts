import type { FailureKind } from '../contracts/failures';

const statusOf: Record<FailureKind, number> = { rejected: 400, refused: 409, fault: 503, bug: 500 };

type Failing = {
  readonly code: string;
  readonly kind: FailureKind;
  readonly message: string;
  /** Where the kind's own HTTP status is not the one that says it best. */
  readonly status?: number;
  /** Stands in the answer beside code, kind and message. */
  readonly also?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
};

/**
 * A request the service does not carry out, as its answer says it.
 *
 * Units: `status` is the HTTP status; `code` is stable, `message` is for people.
 */
export class ServiceError extends Error {
  readonly code: string;
  readonly kind: FailureKind;
  readonly status: number;
  readonly also: Readonly<Record<string, unknown>>;

  constructor({ code, kind, message, status, also, cause }: Failing) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ServiceError';
    this.code = code;
    this.kind = kind;
    this.status = status ?? statusOf[kind];
    this.also = also ?? {};
  }

  /** The body of the answer. */
  body(): { error: Record<string, unknown> } {
    return { error: { code: this.code, kind: this.kind, message: this.message, ...this.also } };
  }
}

/** Something in the request that cannot be meant, and where it stands. */
export function rejected(path: string, message: string): ServiceError {
  const where = path === '' ? '' : `${path}: `;
  return new ServiceError({
    code: 'INPUT_INVALID',
    kind: 'rejected',
    message: `${where}${message}`,
    also: path === '' ? {} : { path },
  });
}

/** The answer while the service cannot read what is held: nothing goes on. */
export function stateUnreadable(cause: unknown): ServiceError {
  return new ServiceError({
    code: 'STATE_UNREADABLE',
    kind: 'fault',
    message:
      'The service cannot read whether it is frozen, so it allocates nothing. Start its database' +
      ' again; what was asked may be sent again as it is.',
    cause,
  });
}
