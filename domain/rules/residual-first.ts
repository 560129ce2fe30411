import { allocateByPosition, columnsByPosition } from './by-position';
import type { Rule } from './rule';

/** Hands leftover units to whoever stands first: the right total, the wrong person. */
export const residualFirst: Rule = {
  id: 'residual-first',
  summary: 'leftover units go to the first rows, not to the largest fractions',
  allocate: (allocation, asks) => allocateByPosition({ allocation, asks, from: 'first' }),
  inColumns: columnsByPosition('first'),
};
