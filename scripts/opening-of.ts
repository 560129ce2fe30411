import type { Decisions } from '../workers/wire-decisions';
import { CommandError } from './command-io';

/**
 * The newest opening of a gate, with the digest it is about.
 *
 * @throws GATE_CLOSED (refused) when the gate was never opened.
 */
export async function openingOf(
  decisions: Pick<Decisions, 'gates'>,
  { incident, gate }: { incident: string; gate: string },
): Promise<{ subject: string; opening: number }> {
  const page = await decisions.gates.view({ incidentId: incident, gateId: gate });
  if (page !== undefined) return page;
  const see = `./makewhole incident status ${incident}`;
  const message = `gate ${gate} of ${incident} was never opened; see ${see}`;
  throw new CommandError({ code: 'GATE_CLOSED', kind: 'refused', message });
}
