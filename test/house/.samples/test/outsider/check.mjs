// flagged in this file: imports/outsiders-share-nothing
import { parseCount } from '../../domain/money.ts';

/** An outsider who believes what is to be checked. */
export const checked = parseCount('0');
