// flagged in this file: imports/runbook-without-temporal
import { sleep } from '@temporalio/workflow';

/** Sleeps by itself, where the steps should. */
export const remediateIncident = (): Promise<void> => sleep('1 day');
