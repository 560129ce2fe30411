import type { IncidentView } from '../activities/ports/incidents';
import type { Plans } from '../activities/ports/plans';
import { wirePlans } from '../workers/wire-plans';
import { CommandError, type CommandIo } from './command-io';
import { rejected } from './signing-options';
import { readStack } from './stack/read-stack';

const incidentForm = /^INC-\d{4}-\d{4,}$/;

/**
 * Runs `work` with the plans of one incident in the database of the running stack.
 *
 * @throws INPUT_INVALID (rejected) when the id is none.
 * @throws INCIDENT_UNKNOWN (refused) when there is no such incident.
 */
export async function withPlans<T>(
  { io, incidentId }: { io: CommandIo; incidentId: string | undefined },
  work: (plans: Plans, incident: IncidentView) => Promise<T>,
): Promise<T> {
  if (incidentId === undefined || !incidentForm.test(incidentId)) {
    const found = JSON.stringify(incidentId ?? '');
    throw rejected(`expected an incident such as INC-2026-0042, found ${found}.`);
  }
  const reading = wirePlans(readStack(io.stateDir).databaseUrl);
  try {
    const incident = await reading.incidents.find(incidentId);
    if (incident !== undefined) return await work(reading.plans, incident);
    const message = `There is no incident ${incidentId}. See ./makewhole incident list.`;
    throw new CommandError({ code: 'INCIDENT_UNKNOWN', kind: 'refused', message });
  } finally {
    await reading.close();
  }
}
