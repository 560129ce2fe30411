import type { Command } from 'commander';
import { action } from '../command-io';
import { signAndSend, withDecisions, type SigningOptions } from '../signed-command';
import { incidentId, withSigning } from '../signing-options';

const example = `
Example:
  ./makewhole options INC-2026-0042 --deal OLD     # what there is to choose from
  ./makewhole redraft INC-2026-0042 --deal OLD --remedy R2 --reason "the holders agreed" --as lena`;

type Flags = SigningOptions & {
  readonly deal: string;
  readonly remedy: string;
  readonly reason: string;
};

/** Adds `redraft`: another remedy for a deal, so a new version of the plan and a new digest. */
export function registerRedraft(program: Command): void {
  withSigning(program.command('redraft'))
    .description('choose another remedy for a deal: a new version, a new digest')
    .argument('<incident>')
    .requiredOption('--deal <deal>', 'the deal')
    .requiredOption('--remedy <remedy>', 'one of its options')
    .requiredOption('--reason <text>', 'why, for the plan and the evidence')
    .addHelpText('after', example)
    .action(
      action<Flags>((options, io, [given]) => {
        const incident = incidentId(given);
        const { deal, remedy, reason } = options;
        const done = () => `${deal} goes by ${remedy}; a new version of the plan is drafted.`;
        const wish = { kind: 'redraft' as const, incident, body: { deal, remedy, reason }, done };
        return withDecisions(io, (decisions) => signAndSend(wish, { io, options, decisions }));
      }),
    );
}
