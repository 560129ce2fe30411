import { literal } from './trips';
import type { Queryable } from './pool';

/**
 * Makes everything that decides about one incident wait its turn, until the transaction ends.
 *
 * Order: taken before the lock of the evidence chain, by everybody, so that none waits in a circle.
 */
export async function lockDecisions(tx: Queryable, incidentId: string): Promise<void> {
  await tx.query(lockingDecisions(incidentId));
}

/** The statement by which `lockDecisions` does so, for a trip with others. */
export const lockingDecisions = (incidentId: string): string =>
  `SELECT pg_advisory_xact_lock(hashtextextended(${literal(`decisions/${incidentId}`)}, 0))`;
