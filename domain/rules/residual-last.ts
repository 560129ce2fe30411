import { allocateByPosition, columnsByPosition } from './by-position';
import type { Rule } from './rule';

/** Hands leftover units to whoever stands last: the right total, the wrong person. */
export const residualLast: Rule = {
  id: 'residual-last',
  summary: 'leftover units go to the last rows, not to the largest fractions',
  allocate: (allocation, asks) => allocateByPosition({ allocation, asks, from: 'last' }),
  inColumns: columnsByPosition('last'),
};
