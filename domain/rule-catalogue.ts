import { capAtAverage } from './rules/cap-at-average';
import { driftingWeights } from './rules/drifting-weights';
import { prorate1 } from './rules/prorate-1';
import { requestWeights } from './rules/request-weights';
import { residualFirst } from './rules/residual-first';
import { residualLast } from './rules/residual-last';
import { roundEach } from './rules/round-each';
import type { Rule } from './rules/rule';
import { singleRedistribution } from './rules/single-redistribution';
import { zeroStarved } from './rules/zero-starved';

/**
 * Every rule that can be named: the right one first, then the known bugs.
 *
 * Order: a diagnosis that fits several rules names the earliest.
 * Source: docs/allocation.md, "The catalogue".
 */
export const ruleCatalogue: readonly Rule[] = [
  prorate1,
  singleRedistribution,
  driftingWeights,
  requestWeights,
  roundEach,
  residualFirst,
  residualLast,
  capAtAverage,
  zeroStarved,
];

/** Finds a rule by its id, or `undefined`: what an unknown id means is the caller's to say. */
export function ruleById(id: string): Rule | undefined {
  return ruleCatalogue.find((rule) => rule.id === id);
}
