import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { stages } from '../contracts/workflow-ids';
import { parseInput } from './fail';
import type { Stages } from './ports/stages';

/** Records that the incident came to a page, and when. Retry: safe, a page is recorded once. */
export const turnPage = ({ stages: book }: { stages: Stages }) =>
  async function turnPage(input) {
    await book.turn(parseInput(ofIncident.extend({ stage: z.enum(stages) }), input));
  } satisfies Activities['turnPage'];
