// flagged in this file: imports/second-opinion-shares-nothing
// flagged in this file: imports/second-opinion-arithmetic-alone
import { parseCount } from '../../domain/money';

/** A second opinion that reckons as the first does. */
export const second = parseCount('0');
