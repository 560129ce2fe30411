import { z } from 'zod';
import { ofIncident } from '../contracts/activity-input';
import { commandBytesMax } from '../contracts/message-limits';
import { parseInput } from './fail';
import type { CommandBacklog } from './ports/command-backlog';

const keepCommandsInput = ofIncident.extend({
  batch: z.string().min(1),
  texts: z.array(z.string().max(commandBytesMax).nullable()).max(10_000),
});

/**
 * Keeps what was signalled to the desk until there is time to answer it.
 *
 * Retry: safe; a batch that is there adds nothing.
 * @throws INPUT_INVALID (rejected) when the workflow sent something else.
 */
export const keepCommands = ({ commandBacklog }: { commandBacklog: CommandBacklog }) =>
  async function keepCommands(input: z.infer<typeof keepCommandsInput>): Promise<void> {
    await commandBacklog.keep(parseInput(keepCommandsInput, input));
  };
