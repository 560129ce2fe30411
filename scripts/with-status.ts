import type { IncidentStatus, StatusReader } from '../activities/ports/status';
import { wireStatus, type StatusAccess } from '../workers/wire-status';
import { CommandError, type CommandIo } from './command-io';
import { readStack } from './stack/read-stack';

/** Runs `work` with how incidents stand in the database of the running stack. */
export async function withStatus<T>(
  io: CommandIo,
  work: (reader: StatusAccess) => Promise<T>,
): Promise<T> {
  const reader = wireStatus(readStack(io.stateDir).databaseUrl);
  try {
    return await work(reader);
  } finally {
    await reader.close();
  }
}

/**
 * How an incident stands.
 *
 * @throws INCIDENT_UNKNOWN (refused) when there is no such incident.
 */
export async function statusOf(reader: StatusReader, incident: string): Promise<IncidentStatus> {
  const status = await reader.read(incident);
  if (status !== undefined) return status;
  const message = `There is no incident ${incident}. See ./makewhole incident list.`;
  throw new CommandError({ code: 'INCIDENT_UNKNOWN', kind: 'refused', message });
}
