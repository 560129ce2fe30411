import { z } from 'zod';
import { ofIncident } from '../contracts/activity-input';
import { parseInput } from './fail';
import type { CommandBacklog } from './ports/command-backlog';

const answerBacklogInput = ofIncident.extend({
  call: z.string().min(1),
  limit: z.int().positive(),
  afresh: z.boolean(),
});

/**
 * Answers the oldest commands that wait: accepted or refused, each stands in evidence.
 *
 * Retry: safe; what was answered is left alone, and the same people are nudged again.
 * @throws INPUT_INVALID (rejected) when the workflow sent something else.
 */
export const answerBacklog = ({ commandBacklog }: { commandBacklog: CommandBacklog }) =>
  async function answerBacklog(
    input: z.infer<typeof answerBacklogInput>,
  ): ReturnType<CommandBacklog['answerOldest']> {
    return commandBacklog.answerOldest(parseInput(answerBacklogInput, input));
  };
