import { z } from 'zod';
import { ofIncident } from '../contracts/activity-input';
import { parseInput } from './fail';
import type { Gates, GateStanding } from './ports/gates';

const openGateInput = ofIncident.extend({
  gateId: z.string().min(1).max(120),
  subject: z.string().regex(/^[0-9a-f]{64}$/),
  anew: z.boolean().optional(),
});

/**
 * Opens a gate on a digest, or finds it open or decided on that very digest; a rejected one opens
 * again only `anew`.
 *
 * Retry: safe. Ensures: another digest makes the opening before it void, with its votes; nobody is
 * asked about what is not on file: that is void from the beginning.
 * @throws INPUT_INVALID (rejected) when the digest is none.
 * @throws NOT_FOUND (refused) when there is no such gate or incident.
 */
export const openGate = ({ gates }: { gates: Gates }) =>
  async function openGate(
    input: z.infer<typeof openGateInput>,
  ): Promise<{ opening: number; expiresAt: string; state: GateStanding }> {
    const wish = parseInput(openGateInput, input);
    if ((await gates.content(wish)) !== undefined) return gates.open(wish);
    return { opening: 1, expiresAt: wish.at, state: 'void' };
  };
