import type { Command } from 'commander';
import { action } from '../command-io';
import { openingOf } from '../opening-of';
import { signAndSend, withDecisions, type SigningOptions } from '../signed-command';
import { incidentId, withSigning } from '../signing-options';

const example = `
It counts until the gate has passed. Evidence keeps the vote and its withdrawal; whoever has taken
a vote back may decide again.

Example:
  ./makewhole withdraw INC-2026-0042 --gate plan --reason "the mark is old" --as lena`;

type Flags = SigningOptions & { readonly gate: string; readonly reason: string };

/** Adds `withdraw`: takes the signer's own vote back, as long as its gate is open. */
export function registerWithdraw(program: Command): void {
  withSigning(program.command('withdraw'))
    .description('take your own vote at a gate back, until the gate has passed')
    .argument('<incident>')
    .requiredOption('--gate <id>', 'plan, unfreeze, difference, close, letters/<stage>')
    .requiredOption('--reason <text>', 'why, for the evidence')
    .addHelpText('after', example)
    .action(
      action<Flags>((options, io, [given]) => {
        const incident = incidentId(given);
        const { gate, reason } = options;
        return withDecisions(io, async (decisions) => {
          const { subject, opening } = await openingOf(decisions, { incident, gate });
          const evidenceHead = await decisions.evidenceHead(incident);
          const done = () => `${options.as} takes the vote at gate ${gate} back (${subject}).`;
          const body = { gate, opening, reason, evidenceHead };
          const wish = { kind: 'withdraw-vote' as const, incident, subject, body, done };
          return signAndSend(wish, { io, options, decisions });
        });
      }),
    );
}
