// flagged in this file: imports/judge-shares-nothing
import { parseCount } from '../../domain/money.ts';

/** A judge that reckons with the code it judges. */
export const verdict = parseCount('0');
