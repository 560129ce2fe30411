import type { Command } from 'commander';
import { action } from '../command-io';
import { signAndSend, withDecisions, type SigningOptions } from '../signed-command';
import { incidentId, withSigning } from '../signing-options';

const example = `
What has been handed to the bank, the register or the mail server is ended; nothing new begins. The
freeze is still watched, deadlines are still told, and votes and answers are still taken. Go on with
./makewhole incident resume.

Example:
  ./makewhole halt INC-2026-0042 --reason "the bank shows another balance" --as finn`;

type Flags = SigningOptions & { readonly reason: string };

/** Adds `halt`: no effect begins until somebody resumes the incident. */
export function registerHalt(program: Command): void {
  withSigning(program.command('halt'))
    .description('stop an incident: nothing new begins, what is frozen stays frozen')
    .argument('<incident>')
    .requiredOption('--reason <text>', 'why; shown in incident status')
    .addHelpText('after', example)
    .action(
      action<Flags>((options, io, [given]) => {
        const incident = incidentId(given);
        const go = `./makewhole incident resume ${incident} --as YOU`;
        const done = () => `${incident} is halted: nothing begins any more. Go on with ${go}.`;
        const wish = { kind: 'halt' as const, incident, body: { reason: options.reason }, done };
        return withDecisions(io, (decisions) => signAndSend(wish, { io, options, decisions }));
      }),
    );
}
