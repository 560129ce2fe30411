import { Option, type Command } from 'commander';
import { teams, type Team } from '../../contracts/command';
import { flawText, formFlaws } from '../../contracts/form-flaws';
import { action, CommandError } from '../command-io';
import { readForm } from '../read-form';
import { signAndSend, withDecisions, type SigningOptions } from '../signed-command';
import { incidentId, withSigning } from '../signing-options';

const example = `
Take the form, fill it in, hand it in; comments may stay. Handed in again it stands beside the
first. The form of operations is that of finance and legal too.

Example:
  ./makewhole form INC-2026-0042 --team operations --out operations.jsonc
  ./makewhole answer INC-2026-0042 --team operations --file operations.jsonc --as eve`;

type Flags = SigningOptions & { readonly team: Team; readonly file: string };

/** Adds `answer`: a team's form. */
export function registerAnswer(program: Command): void {
  withSigning(program.command('answer'))
    .description("hand in a team's form")
    .argument('<incident>')
    .addOption(new Option('--team <team>', 'whose form').choices([...teams]).makeOptionMandatory())
    .requiredOption('--file <file>', 'the filled form; - reads stdin')
    .addHelpText('after', example)
    .action(
      action<Flags>((options, io, [given]) => {
        const incident = incidentId(given);
        const { team, file } = options;
        const answers = readForm(file);
        requireWhole(team, answers);
        const body = { team, answers };
        const wish = { kind: 'answer' as const, incident, body, done: said(incident, team) };
        return withDecisions(io, (decisions) => signAndSend(wish, { io, options, decisions }));
      }),
    );
}

/** What the desk would refuse is said before anything is signed, every flaw at once. */
function requireWhole(team: Team, answers: Record<string, unknown>): void {
  const [first, ...others] = formFlaws({ team, answers, at: new Date().toISOString() });
  if (first === undefined) return;
  const { path, reason, remedy } = first;
  const message = [`${reason}. ${remedy}`, ...others.map(flawText)].join('\n');
  throw new CommandError({ code: 'ANSWER_INVALID', kind: 'rejected', message, path });
}

const said =
  (incident: string, team: Team) =>
  ({ version, late }: Record<string, unknown>): string => {
    const which = version === 1 ? '' : ` as version ${String(version)}`;
    const after = late === true ? ', after the deadline, and marked so' : '';
    return `The answers of ${team} are on file${which}${after}. See ./makewhole form ${incident}.`;
  };
