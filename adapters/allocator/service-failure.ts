import type { ServiceFailureCode } from '../../contracts/allocation-service';

type Failing = {
  readonly code: ServiceFailureCode;
  readonly message: string;
  readonly cause?: unknown;
};

/**
 * What keeps the allocation service from answering: never a lawful no, which is a value.
 *
 * Retry: a `fault` may be asked again as it is; a `bug` gives the same every time.
 */
export class ServiceFailure extends Error {
  readonly code: ServiceFailureCode;
  readonly kind: 'fault' | 'bug';

  constructor({ code, message, cause }: Failing) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ServiceFailure';
    this.code = code;
    this.kind = code === 'SERVICE_UNREACHABLE' ? 'fault' : 'bug';
  }
}
