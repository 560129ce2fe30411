// flagged in this file: imports/must-resolve, imports/bank-may-run, imports/bank-may-know
import { first } from './first';
import { gone } from './gone';
import { startWorker } from '../workers/worker';

/** The second half of a circle. */
export const second = (count: number): number => first(count) + (gone as number) + startWorker();
