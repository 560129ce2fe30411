import type { Command } from 'commander';
import { action, CommandError } from '../command-io';
import { signAndSend, withDecisions, type SigningOptions } from '../signed-command';
import { groupOf, incidentId, withSigning } from '../signing-options';

const example = `
What does not agree is settled by a changed answer, or by an explanation that somebody signs. It
covers exactly the words that stand there now: when one of them changes, it is open again.

Example:
  ./makewhole form INC-2026-0042           # what does not agree
  ./makewhole form explain INC-2026-0042 first-known --reason "Another deal" --as lena`;

type Flags = SigningOptions & { readonly reason: string };

/** Adds `form explain`: why two words that do not agree both stand. */
export function registerFormExplain(program: Command): void {
  withSigning(groupOf(program, 'form').command('explain'))
    .description('say why two answers, or an answer and the records, do not agree')
    .argument('<incident>')
    .argument('<contradiction>', 'its id, as form has it')
    .requiredOption('--reason <text>', 'why both stand')
    .addHelpText('after', example)
    .action(
      action<Flags>((options, io, [given, contradiction = '']) => {
        const incident = incidentId(given);
        return withDecisions(io, async (decisions) => {
          const { contradictions } = await decisions.forms.read(incident);
          const standing = contradictions.find(({ id }) => id === contradiction);
          if (standing === undefined) throw unheardOf(incident, contradiction);
          const body = { contradiction, explanation: options.reason };
          const done = () => `Kept: ${standing.about} is explained.`;
          const subject = standing.digest;
          const wish = { kind: 'explain-contradiction' as const, incident, subject, body, done };
          return signAndSend(wish, { io, options, decisions });
        });
      }),
    );
}

function unheardOf(incident: string, contradiction: string): CommandError {
  const message = `nothing is contradicted as ${contradiction}; see ./makewhole form ${incident}`;
  return new CommandError({ code: 'NOT_FOUND', kind: 'refused', message });
}
