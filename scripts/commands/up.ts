import type { Command } from 'commander';
import { action, CommandError } from '../command-io';

/** Adds `up` to the program. */
export function registerUp(program: Command): void {
  program
    .command('up')
    .action(
      action(() =>
        Promise.reject(new CommandError({ code: 'BUG', kind: 'bug', message: 'not yet there' })),
      ),
    );
}
