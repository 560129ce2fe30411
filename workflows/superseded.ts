import { ApplicationFailure } from '@temporalio/common';
import type { FailureCode } from '../contracts/failures';

/** What every activity answers a run in whose place a later one has been started. */
export const supersededCode = 'RUN_SUPERSEDED' satisfies FailureCode;

/** Ends a workflow of such a run: nothing is left for it to do. */
export function superseded(incidentId: string, run: number): ApplicationFailure {
  const message = `${incidentId} goes on in a later run than ${String(run)}; this one ends`;
  return ApplicationFailure.nonRetryable(message, supersededCode);
}

/** Whether a failure, or what it was caused by, says that a later run goes on. */
export function saysSuperseded(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const here = error instanceof ApplicationFailure && error.type === supersededCode;
  return here || saysSuperseded(error.cause);
}
