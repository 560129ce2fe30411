// flagged in this file: imports/workflows-without-node, imports/workflows-may-run
// flagged in this file: imports/workflows-may-know
import { readFileSync } from 'fs'; // flagged: @typescript-eslint/no-restricted-imports
import { hostname } from 'node:os'; // flagged: @typescript-eslint/no-restricted-imports
import { workflowInfo } from '@temporalio/workflow';
import { book } from '../adapters/bank/book'; // flagged: @typescript-eslint/no-restricted-imports
// flagged below: @typescript-eslint/no-restricted-imports
import { harmless } from '../activities/inexact-money';
import type { inexact } from '../activities/inexact-money';
import { failures } from '../contracts/failures';
import { flag, type Order } from '../contracts/order';
import { halve } from '../domain/share';

/** A runbook that another machine replays otherwise. */
export const runbook = {
  environment: process.env, // flagged: no-restricted-globals
  chance: Math.random(), // flagged: no-restricted-properties
  wallClock: workflowInfo().unsafe.now(), // flagged: no-restricted-properties
  timer: () => setTimeout(() => undefined, 1), // flagged: no-restricted-globals
  fetched: () => fetch('http://127.0.0.1'), // flagged: no-restricted-globals
  elapsed: () => performance.now(), // flagged: no-restricted-globals
  garbage: () => new WeakRef({}), // flagged: no-restricted-globals
  zone: (at: Date) => at.getHours(), // flagged: no-restricted-syntax
  language: (at: Date) => at.toLocaleString(), // flagged: no-restricted-syntax
  fine: (at: Date) => [new Date(at).toISOString(), Date.now(), at.getUTCHours()],
  used: [readFileSync, hostname, book, harmless, flag, failures, halve],
};
/** Types of activities and contracts are what a runbook is written against. */
export type Known = [typeof inexact, Order];
