import type { Command } from 'commander';
import { action, type CommandIo, show } from '../command-io';
import { type Stopped, stopStack } from '../stack/stop-stack';

function sentence({ supervisorPid, leftovers }: Stopped, stateDir: string): string {
  if (supervisorPid !== null) return `Stopped the stack in ${stateDir}; its state stays.`;
  if (leftovers.length > 0) return `Stopped what was left running: ${leftovers.join(', ')}.`;
  return `Nothing was running in ${stateDir}.`;
}

/** Stops the stack of the state folder, or what a killed one left running; nothing is no error. */
export async function down(io: CommandIo): Promise<number> {
  const stopped = await stopStack(io.stateDir);
  show({ io, value: { stopped }, text: () => sentence(stopped, io.stateDir) });
  return 0;
}

const example = `
Example:
  ./makewhole down`;

/** Adds `down` to the program. */
export function registerDown(program: Command): void {
  program
    .command('down')
    .description('stop the stack; its state stays')
    .addHelpText('after', example)
    .action(action((_options, io) => down(io)));
}
