import { z } from 'zod';
import { ofIncident } from '../contracts/activity-input';
import { parseInput } from './fail';
import type { Gates } from './ports/gates';

const expireGateInput = ofIncident.extend({
  gateId: z.string().min(1).max(120),
  opening: z.int().positive(),
});

/**
 * Ends an opening that nobody decided in time: its votes are void and the gate opens again.
 *
 * Retry: safe; gives the opening that stands now. Before its time, or decided, nothing changes.
 * @throws NOT_FOUND (refused) when the gate was never opened.
 */
export const expireGate = ({ gates }: { gates: Gates }) =>
  async function expireGate(
    input: z.infer<typeof expireGateInput>,
  ): Promise<{ opening: number; expiresAt: string }> {
    const { opening, expiresAt } = await gates.expire(parseInput(expireGateInput, input));
    return { opening, expiresAt };
  };
