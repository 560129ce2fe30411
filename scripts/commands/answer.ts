import { readFileSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { teams, type Team } from '../../contracts/command';
import { action } from '../command-io';
import { signAndSend, withDecisions, type SigningOptions } from '../signed-command';
import { incidentId, rejected, withSigning } from '../signing-options';

const example = `
The form is one JSON object, question by question:
  {"who-is-hurt": "two investors", "money-at-risk": "7000 USD", "since": "2026-11-07"}

Example:
  ./makewhole answer INC-2026-0042 --team operations --file answers.json --as eve`;

type Flags = SigningOptions & { readonly team: Team; readonly file: string };

/** Adds `answer`: a team's form. */
export function registerAnswer(program: Command): void {
  withSigning(program.command('answer'))
    .description("hand in a team's form")
    .argument('<incident>')
    .addOption(new Option('--team <team>', 'whose form').choices([...teams]).makeOptionMandatory())
    .requiredOption('--file <file>', 'the answers as a JSON object; - reads stdin')
    .addHelpText('after', example)
    .action(
      action<Flags>((options, io, [given]) => {
        const incident = incidentId(given);
        const { team, file } = options;
        const body = { team, answers: readAnswers(file) };
        const done = ({ late }: Record<string, unknown>) =>
          `The answers of ${team} are on file${late === true ? ', after the deadline' : ''}.`;
        const wish = { kind: 'answer' as const, incident, body, done };
        return withDecisions(io, (decisions) => signAndSend(wish, { io, options, decisions }));
      }),
    );
}

function readAnswers(file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw rejected(`expected a file with a JSON object: ${why}`, file);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { ...value };
  }
  throw rejected('expected one JSON object with an answer for each question', file);
}
