import { DefaultFailureConverter } from '@temporalio/common';

/** Temporal's own converter, but messages and stacks of failures are payloads, and sealed so. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
