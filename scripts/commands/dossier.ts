import type { Command } from 'commander';
import { action } from '../command-io';
import { showDocument } from '../document-command';

const example = `
Example:
  ./makewhole dossier INC-2026-0042 --out dossier.pdf   # or dossier.md
  ./makewhole receipt INC-2026-0042 --as mary      # "I have it"`;

/** Adds `dossier`: what management and legal decide on. */
export function registerDossier(program: Command): void {
  program
    .command('dossier')
    .description('what happened, who is affected, the options and their risk, as PDF or Markdown')
    .argument('<incident>', 'INC-2026-0042')
    .option('--out <file>', 'write it to a file: PDF where its name ends in .pdf, else Markdown')
    .addHelpText('after', example)
    .action(
      action<{ out?: string }>(({ out }, io, [incident]) =>
        showDocument({ io, incident, kind: 'dossier', out }),
      ),
    );
}
