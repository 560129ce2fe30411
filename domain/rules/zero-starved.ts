import { prorateColumns } from '../kernel/prorate-columns';
import { prorate } from '../prorate';
import type { Rule } from './rule';

/** Gives nothing to people without history, also where nobody else wants what is left. */
export const zeroStarved: Rule = {
  id: 'zero-starved',
  summary: 'no history, no share: newcomers get nothing',
  allocate: (allocation, asks) => {
    const starved = asks.map((ask) => (ask.average === 0n ? { ...ask, requested: 0n } : ask));
    return prorate(allocation, starved);
  },
  inColumns: (deal, shares) => {
    if (prorateColumns(deal, shares) === undefined) return false;
    for (let place = 0; place < shares.length; place += 1) {
      if (deal.weights[place] === 0) shares[place] = 0;
    }
    return true;
  },
};
