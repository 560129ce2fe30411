import type { Command } from 'commander';
import { action, CommandError } from '../command-io';

/** Adds `doctor` to the program. */
export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .action(
      action(() =>
        Promise.reject(new CommandError({ code: 'BUG', kind: 'bug', message: 'not yet there' })),
      ),
    );
}
