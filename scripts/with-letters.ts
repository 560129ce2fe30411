import type { IncidentView } from '../activities/ports/incidents';
import { wireLetters, type LetterReading } from '../workers/wire-letters';
import { CommandError, type CommandIo } from './command-io';
import { incidentId } from './signing-options';
import { readStack } from './stack/read-stack';

/**
 * Runs `work` with the letters and documents of one incident in the database of the running stack.
 *
 * @throws INPUT_INVALID (rejected) when the id is none.
 * @throws INCIDENT_UNKNOWN (refused) when there is no such incident.
 */
export async function withLetters<T>(
  { io, given }: { io: CommandIo; given: string | undefined },
  work: (reading: LetterReading, incident: IncidentView) => Promise<T>,
): Promise<T> {
  const id = incidentId(given);
  const reading = wireLetters(readStack(io.stateDir).databaseUrl);
  try {
    const incident = await reading.incidents.find(id);
    if (incident !== undefined) return await work(reading, incident);
    const message = `There is no incident ${id}. See ./makewhole incident list.`;
    throw new CommandError({ code: 'INCIDENT_UNKNOWN', kind: 'refused', message });
  } finally {
    await reading.close();
  }
}
