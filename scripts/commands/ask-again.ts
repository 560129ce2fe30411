import type { Command } from 'commander';
import { action } from '../command-io';
import { openingOf } from '../opening-of';
import { signAndSend, withDecisions, type SigningOptions } from '../signed-command';
import { incidentId, withSigning } from '../signing-options';

const example = `
What was rejected is laid before the same people again, unchanged; every vote is needed anew. To
have something else decided: redraft, fact set, letters submit, fix propose.

Example:
  ./makewhole ask-again INC-2026-0042 --gate plan --reason "finance has the valuation" --as lena`;

type Flags = SigningOptions & { readonly gate: string; readonly reason: string };

/** Adds `ask-again`: has what a gate rejected decided once more, as it is. */
export function registerAskAgain(program: Command): void {
  withSigning(program.command('ask-again'))
    .description('have what a gate has rejected decided again, unchanged')
    .argument('<incident>')
    .requiredOption('--gate <id>', 'plan, letters/<stage>')
    .requiredOption('--reason <text>', 'why, for the evidence')
    .addHelpText('after', example)
    .action(
      action<Flags>((options, io, [given]) => {
        const incident = incidentId(given);
        const { gate, reason } = options;
        return withDecisions(io, async (decisions) => {
          const { subject, opening } = await openingOf(decisions, { incident, gate });
          const done = () => `Gate ${gate} is asked again about ${subject}.`;
          const evidenceHead = await decisions.evidenceHead(incident);
          const body = { gate, opening, reason, evidenceHead };
          const wish = { kind: 'ask-again' as const, incident, subject, body, done };
          return signAndSend(wish, { io, options, decisions });
        });
      }),
    );
}
