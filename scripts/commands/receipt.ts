import type { Command } from 'commander';
import { action, CommandError } from '../command-io';
import { signAndSend, withDecisions, type SigningOptions } from '../signed-command';
import { incidentId, withSigning } from '../signing-options';

const example = `
Example:
  ./makewhole dossier INC-2026-0042        # read it first
  ./makewhole receipt INC-2026-0042 --as mary`;

/** Adds `receipt`: "I have the dossier", by the digest of the newest one. */
export function registerReceipt(program: Command): void {
  withSigning(program.command('receipt'))
    .description('"I have the dossier", by its digest')
    .argument('<incident>')
    .addHelpText('after', example)
    .action(
      action<SigningOptions>((options, io, [given]) => {
        const incident = incidentId(given);
        return withDecisions(io, async (decisions) => {
          const subject = (await decisions.incidents.dossierOf(incident)) ?? '';
          if (subject === '' && (await decisions.incidents.find(incident)) !== undefined) {
            const message = `${incident} has no dossier yet; see incident status`;
            throw new CommandError({ code: 'NOT_FOUND', kind: 'refused', message });
          }
          const evidenceHead = await decisions.evidenceHead(incident);
          const done = () => `${options.as} has the dossier ${subject}.`;
          const wish = {
            kind: 'receipt' as const,
            incident,
            subject,
            body: { evidenceHead },
            done,
          };
          return signAndSend(wish, { io, options, decisions });
        });
      }),
    );
}
