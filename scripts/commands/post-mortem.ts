import type { Command } from 'commander';
import { action } from '../command-io';
import { showDocument } from '../document-command';

const example = `
Example:
  ./makewhole post-mortem INC-2026-0042 --out post-mortem.md`;

/** Adds `post-mortem`: what went wrong, why, and how the like is avoided. */
export function registerPostMortem(program: Command): void {
  program
    .command('post-mortem')
    .description('what went wrong, why, what was done, and how the like is avoided, in Markdown')
    .argument('<incident>', 'INC-2026-0042')
    .option('--out <file>', 'write it to a file')
    .addHelpText('after', example)
    .action(
      action<{ out?: string }>(({ out }, io, [incident]) =>
        showDocument({ io, incident, kind: 'post-mortem', out }),
      ),
    );
}
