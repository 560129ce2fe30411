import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { parseInput } from './fail';
import type { PersonCalls } from './ports/notices';

const step = ofIncident.extend({ step: z.string().min(1) });

/** Ends the wait for a person, since the step went on. Retry: safe. */
export const thankPerson = ({ calls }: { calls: PersonCalls }) =>
  async function thankPerson(input) {
    await calls.end(parseInput(step, input));
  } satisfies Activities['thankPerson'];
