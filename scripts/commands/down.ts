import type { Command } from 'commander';
import { action, CommandError } from '../command-io';

/** Adds `down` to the program. */
export function registerDown(program: Command): void {
  program
    .command('down')
    .action(
      action(() =>
        Promise.reject(new CommandError({ code: 'BUG', kind: 'bug', message: 'not yet there' })),
      ),
    );
}
