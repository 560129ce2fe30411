import { assert } from './assert';
import { compareCodePoints } from './code-points';

/** What a deal's place in a replay depends on. */
export type Standing = {
  /** An ISO date. */
  readonly closedOn: string;
  readonly dealId: string;
};

/**
 * Holds a deal against the one before it: by date of closing, then by id by code point.
 *
 * @throws ASSERTION (bug) when it comes too early, comes twice, or its date is none.
 */
export function checkOrder({ dealId, closedOn }: Standing, last: Standing): void {
  assert(/^\d{4}-\d{2}-\d{2}$/.test(closedOn), `deal ${dealId} closed on ${closedOn}, no ISO date`);
  const after =
    closedOn > last.closedOn ||
    (closedOn === last.closedOn && compareCodePoints(dealId, last.dealId) > 0);
  assert(after, `deal ${dealId} of ${closedOn} comes after ${last.dealId} of ${last.closedOn}`);
}
