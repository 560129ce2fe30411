import { Client } from 'pg';
import { startWorker } from '../workers/worker';
import type { runbook } from '../workflows/impure-runbook';

/** Scripts may know the types of workflows, run the wiring, and, outside commands, use pg. */
export const start = (name: keyof typeof runbook): string =>
  `${name} ${startWorker()} ${new Client().host}`;
