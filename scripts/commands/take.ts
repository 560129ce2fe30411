import type { Command } from 'commander';
import { action } from '../command-io';
import { signAndSend, withDecisions, type SigningOptions } from '../signed-command';
import { incidentId, withSigning } from '../signing-options';

const example = `
Example:
  ./makewhole take INC-2026-0042 --as olga`;

/** Adds `take`: "I have it" stops the paging. */
export function registerTake(program: Command): void {
  withSigning(program.command('take'))
    .description('"I have it": stops the paging')
    .argument('<incident>')
    .addHelpText('after', example)
    .action(
      action<SigningOptions>((options, io, [given]) => {
        const incident = incidentId(given);
        const done = () => `${options.as} has ${incident}; the paging stops.`;
        const wish = { kind: 'take' as const, incident, body: {}, done };
        return withDecisions(io, (decisions) => signAndSend(wish, { io, options, decisions }));
      }),
    );
}
