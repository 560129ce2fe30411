import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { stages } from '../contracts/workflow-ids';
import { parseInput } from './fail';
import type { Stages } from './ports/stages';
import { signHeads, type HeadPorts } from './sign-heads';

/**
 * Records that the incident came to a page, and when; gives the signed head of its evidence.
 *
 * Retry: safe, a page is recorded once.
 */
export const turnPage = (ports: HeadPorts & { stages: Stages }) =>
  async function turnPage(input) {
    const turn = parseInput(ofIncident.extend({ stage: z.enum(stages) }), input);
    await ports.stages.turn(turn);
    return { evidenceHead: await signHeads(ports, turn) };
  } satisfies Activities['turnPage'];
