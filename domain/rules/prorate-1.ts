import { prorateColumns } from '../kernel/prorate-columns';
import { prorate } from '../prorate';
import type { Rule } from './rule';

/** The right rule, by which every other is measured. */
export const prorate1: Rule = {
  id: 'prorate@1',
  summary: 'in proportion to average, nobody above their request, nothing left while wanted',
  allocate: prorate,
  inColumns: (deal, shares) => prorateColumns(deal, shares) !== undefined,
};
