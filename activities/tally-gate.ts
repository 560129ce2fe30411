import { z } from 'zod';
import { ofIncident } from '../contracts/activity-input';
import { parseInput } from './fail';
import type { Gates, GateStanding } from './ports/gates';
import { tellRejection, type RejectionPorts } from './tell-rejection';

const tallyGateInput = ofIncident.extend({
  gateId: z.string().min(1).max(120),
  opening: z.int().positive(),
});

/** What an opening's verified votes come to, and when those still missing are told next. */
export type Tallied = {
  state: GateStanding;
  missing: string[];
  reason?: string;
  nextReminderAt?: string;
};

/**
 * Counts one opening of a gate from its signed votes, records the outcome once, and tells whoever
 * made what was rejected.
 *
 * Retry: safe. Ensures: a state somebody wrote without the votes for it is put right; an opening
 * that never was is void.
 */
export const tallyGate = (ports: RejectionPorts & { gates: Gates }) =>
  async function tallyGate(input: z.infer<typeof tallyGateInput>): Promise<Tallied> {
    const of = parseInput(tallyGateInput, input);
    const tallied = await ports.gates.tally(of);
    if (tallied.state === 'rejected') await tellRejection(ports, of);
    return tallied;
  };
