import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { parseInput } from './fail';
import type { Gates } from './ports/gates';

const opening = ofIncident.extend({
  gateId: z.string().min(1).max(120),
  opening: z.int().positive(),
});

/**
 * Makes an opening void because what it is about has changed, unless it was decided before.
 *
 * Ensures: whoever asks gets the state that stands, so that a vote at the last moment counts.
 */
export const withdrawGate = ({ gates }: { gates: Gates }) =>
  async function withdrawGate(input) {
    return gates.withdraw(parseInput(opening, input));
  } satisfies Activities['withdrawGate'];
