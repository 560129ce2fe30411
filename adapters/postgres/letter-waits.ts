import type { Queryable } from './pool';
import { endWaits, want } from './waits';

const waitingFor = 'person';
const role = 'customer-success';
const waitId = (stage: string, investor: string) => `letters/${stage}/${investor}`;

/** Shows that customer success has to look into letters; who is wanted already stays so. */
export async function wantLetterPersons(
  tx: Queryable,
  given: {
    incidentId: string;
    stage: string;
    at: string;
    persons: readonly { investor: string; question: string }[];
  },
): Promise<void> {
  const { incidentId, stage, at } = given;
  const wanted = given.persons.map(({ investor, question }) => {
    return { id: waitId(stage, investor), role, question };
  });
  await want(tx, { incidentId, waitingFor, at, wanted });
}

/** Letters that left need nobody any more. */
export async function endLetterWaits(
  tx: Queryable,
  given: { incidentId: string; stage: string; at: string; investors: readonly string[] },
): Promise<void> {
  const { incidentId, stage, at, investors } = given;
  const ids = investors.map((investor) => waitId(stage, investor));
  await endWaits(tx, { incidentId, waitingFor, at, ids });
}

/** Letters the old address did not take go again, now that somebody has given another one. */
export async function requeueFailed(
  tx: Queryable,
  { incidentId, at, investor }: { incidentId: string; at: string; investor: string },
): Promise<void> {
  const { rows } = await tx.query<{ stage: string }>(
    `UPDATE letters SET state = 'queued', cause = NULL
     WHERE incident_id = $1 AND investor_id = $2 AND state = 'failed' RETURNING stage`,
    [incidentId, investor],
  );
  const ids = rows.map(({ stage }) => waitId(stage, investor));
  await endWaits(tx, { incidentId, waitingFor, at, ids });
}
