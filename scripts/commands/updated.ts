import type { Command } from 'commander';
import { action } from '../command-io';
import { signAndSend, withDecisions, type SigningOptions } from '../signed-command';
import { incidentId, withSigning } from '../signing-options';

const example = `
Sends nothing: it records what you have told stakeholders, and when.

Example:
  ./makewhole updated INC-2026-0042 --text "Told the leads: amounts on Friday" --as carla`;

type Flags = SigningOptions & { readonly text: string };

/** Adds `updated`: "I told them", so that the next update falls due anew. */
export function registerUpdated(program: Command): void {
  withSigning(program.command('updated'))
    .description('"I told them": stakeholders have had their update')
    .argument('<incident>')
    .requiredOption('--text <words>', 'what they were told, and who')
    .addHelpText('after', example)
    .action(
      action<Flags>((options, io, [given]) => {
        const incident = incidentId(given);
        const done = () => `On record for ${incident}; the next update falls due anew.`;
        const wish = { kind: 'updated' as const, incident, body: { text: options.text }, done };
        return withDecisions(io, (decisions) => signAndSend(wish, { io, options, decisions }));
      }),
    );
}
