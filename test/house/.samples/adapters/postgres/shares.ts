// flagged in this file: imports/nobody-computes-by-the-second-opinion
import { second } from './second-opinion-sql';

/** A first opinion that asks the second. */
export const share = second;
