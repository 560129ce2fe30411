import type { ServiceFailureCode } from '../../contracts/allocation-service';

/**
 * What keeps the allocation service from answering: never a lawful no, which is a value.
 *
 * Retry: a `fault` may be asked again as it is; a `bug` gives the same every time.
 */
export class ServiceFailure extends Error {
  readonly code: ServiceFailureCode;
  readonly kind: 'fault' | 'bug';

  constructor(code: ServiceFailureCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ServiceFailure';
    this.code = code;
    this.kind = code === 'SERVICE_UNREACHABLE' ? 'fault' : 'bug';
  }
}
