import { commandBodies } from '../../../contracts/command';
import { digestOf } from '../../../proof/digest';
import type { Queryable } from '../pool';
import { beginRun, newestRun } from '../runs';
import type { Look } from './verified-command';

/** A new run takes the place of the one named, which is refused everything from then on. */
export const lookAtResume: Look = async (tx, { incidentId, jti, body: given, at }) => {
  const { after, reason } = commandBodies.resume.parse(given);
  const newest = await newestRun(tx, incidentId);
  if (newest !== after) {
    const message = `run ${String(newest)} has taken the place of run ${String(after)} already`;
    return { facts: { found: { code: 'ALREADY_DONE', message } } };
  }
  const run = newest + 1;
  const why = reason === undefined ? {} : { reasonDigest: digestOf(reason) };
  return {
    facts: {},
    effect: {
      evidence: { kind: 'resumed', body: { run, after, ...why } },
      result: { run },
      async write(db) {
        await beginRun(db, { incidentId, run, jti, at });
        await endCalls(db, { incidentId, at });
      },
    },
  };
};

/**
 * The new run tries each step again, and calls a person where one is still needed. Who is wanted
 * for somebody's letter, or for somebody who is not done, stays so.
 */
async function endCalls(
  db: Queryable,
  { incidentId, at }: { incidentId: string; at: string },
): Promise<void> {
  await db.query(
    `UPDATE waits SET over_at = $2 WHERE incident_id = $1 AND over_at IS NULL
       AND waiting_for = 'person' AND wait_id NOT LIKE ALL ('{terminal/%,letters/%}')`,
    [incidentId, at],
  );
}
