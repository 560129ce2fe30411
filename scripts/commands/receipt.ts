import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { sha256Hex } from '../../proof/digest';
import type { Decisions } from '../../workers/wire-decisions';
import { action, CommandError, type CommandIo } from '../command-io';
import { signAndSend, withDecisions, type SigningOptions } from '../signed-command';
import { incidentId, rejected, withSigning } from '../signing-options';

const example = `
It shows the dossier and signs the digest of what it shows; with --file, of the text you have: the
one that came by mail, or that makewhole dossier has written.

Example:
  ./makewhole receipt INC-2026-0042 --as mary
  ./makewhole receipt INC-2026-0042 --file INC-2026-0042-dossier.md --as mary`;

type Flags = SigningOptions & { readonly file?: string };
type Asked = { incident: string; options: Flags; io: CommandIo };

/** Adds `receipt`: "I have the dossier", by the digest of the newest one. */
export function registerReceipt(program: Command): void {
  withSigning(program.command('receipt'))
    .description('"I have the dossier", by its digest')
    .argument('<incident>')
    .option('--file <file>', 'the dossier as you have it, its text (.md)')
    .addHelpText('after', example)
    .action(
      action<Flags>((options, io, [given]) => {
        const incident = incidentId(given);
        return withDecisions(io, async (decisions) => {
          const subject = await digestOfDossier(decisions, { incident, options, io });
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

/** The digest of the text that somebody has or is shown, computed here from that very text. */
async function digestOfDossier(
  decisions: Decisions,
  { incident, options, io }: Asked,
): Promise<string> {
  if (options.file !== undefined) return sha256Hex(textOf(options.file));
  const digest = (await decisions.incidents.dossierOf(incident)) ?? '';
  if (digest === '') {
    // Of an incident that is not there the desk says so.
    if ((await decisions.incidents.find(incident)) === undefined) return '';
    const message = `${incident} has no dossier yet; see ./makewhole incident status ${incident}`;
    throw new CommandError({ code: 'NOT_FOUND', kind: 'refused', message });
  }
  const bytes = await decisions.documents.bytes({ incidentId: incident, digest });
  const text = Buffer.from(bytes ?? []).toString('utf8');
  const found = sha256Hex(text);
  if (found !== digest) {
    const message =
      `the dossier of ${incident} is said to be ${digest}, and what is on file gives ${found}. ` +
      'Nothing was signed; keep a copy of the database, then look: ' +
      `./makewhole evidence verify ${incident}.`;
    throw new CommandError({ code: 'CONTENT_MISMATCH', kind: 'refused', message });
  }
  io.err(text.replace(/(?!\n)\p{Cc}/gu, ''));
  return found;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw rejected(`--file: ${error instanceof Error ? error.message : String(error)}`);
  }
}
