// flagged in this file: imports/no-run-time-cycles
import { second } from './second';

/** The first half of a circle. */
export const first = (count: number): number => (count === 0 ? 0 : second(count - 1));
