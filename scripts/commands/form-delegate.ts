import { Option, type Command } from 'commander';
import { teams, type Team } from '../../contracts/command';
import { action } from '../command-io';
import { signAndSend, withDecisions, type SigningOptions } from '../signed-command';
import { groupOf, incidentId, rejected, withSigning } from '../signing-options';

const example = `
They answer in the team's place, whatever their roles, and are reminded instead of it; the deadline
stays. The team, people on call and whoever has the form now may give it. To take it back, give it
to yourself.

Example:
  ./makewhole form delegate INC-2026-0042 --team engineering --to ada --as eve`;

type Flags = SigningOptions & { readonly team?: Team; readonly to: string };

/** Adds `form delegate`: somebody else answers a team's form. */
export function registerFormDelegate(program: Command): void {
  withSigning(groupOf(program, 'form').command('delegate'))
    .description("give a team's form to somebody who knows better")
    .argument('<incident>')
    // `form` has a --team too, and takes it first: it is missing only where both lack it.
    .addOption(new Option('--team <team>', 'whose form; needed').choices([...teams]))
    .requiredOption('--to <person>', 'who answers it: an id of people list')
    .addHelpText('after', example)
    .action(
      action<Flags>((options, io, [given]) => {
        const incident = incidentId(given);
        const { team, to } = options;
        if (team === undefined) throw rejected(`--team: expected one of ${teams.join(', ')}`);
        const done = () => `${to} answers the form of ${team}, and is reminded of it.`;
        const wish = { kind: 'delegate-form' as const, incident, body: { team, to }, done };
        return withDecisions(io, (decisions) => signAndSend(wish, { io, options, decisions }));
      }),
    );
}
