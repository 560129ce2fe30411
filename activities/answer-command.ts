import { z } from 'zod';
import { ofIncident } from '../contracts/activity-input';
import { parseInput } from './fail';
import type { AnsweredCommand, CommandInbox } from './ports/command-inbox';

// Whatever was sent as a signal comes in here: what it is, the inbox says, and keeps on record.
const answerCommandInput = ofIncident.extend({ jws: z.string() });

/**
 * Answers one signed command: accepted or refused, it is an answer and stands in evidence.
 *
 * Retry: safe; the same bytes get the first answer and the same nudges again.
 * @throws INPUT_INVALID (rejected) when the workflow sent no text.
 */
export const answerCommand = ({ commandInbox }: { commandInbox: CommandInbox }) =>
  async function answerCommand(
    input: z.infer<typeof answerCommandInput>,
  ): Promise<AnsweredCommand> {
    return commandInbox.answer(parseInput(answerCommandInput, input));
  };
