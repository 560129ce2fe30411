import { wireSettlement, type SettlementReading } from '../workers/wire-settlement';
import { CommandError, type CommandIo } from './command-io';
import { incidentId } from './signing-options';
import { readStack } from './stack/read-stack';

/**
 * Runs `work` with the books of one incident, the bank and the register of the running stack.
 *
 * @throws INPUT_INVALID (rejected) when the id is none.
 * @throws INCIDENT_UNKNOWN (refused) when there is no such incident.
 */
export async function withSettlement<T>(
  { io, given }: { io: CommandIo; given: string | undefined },
  work: (reading: SettlementReading, incident: string) => Promise<T>,
): Promise<T> {
  const incident = incidentId(given);
  const reading = wireSettlement(readStack(io.stateDir));
  try {
    if ((await reading.incidents.find(incident)) !== undefined)
      return await work(reading, incident);
    const message = `There is no incident ${incident}. See ./makewhole incident list.`;
    throw new CommandError({ code: 'INCIDENT_UNKNOWN', kind: 'refused', message });
  } finally {
    await reading.close();
  }
}
