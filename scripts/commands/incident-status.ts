import type { Command } from 'commander';
import { action, show, type CommandIo } from '../command-io';
import { groupOf, incidentId } from '../signing-options';
import { statusText } from '../status-text';
import { statusOf, withStatus } from '../with-status';

/** Adds `incident status`: answers from the database, also when no worker runs. */
export function registerIncidentStatus(program: Command): void {
  groupOf(program, 'incident')
    .command('status')
    .description('what happened, who is waited for, how many people, how much money')
    .argument('<incident>', 'INC-2026-0042')
    .addHelpText('after', '\nExample:\n  ./makewhole incident status INC-2026-0042')
    .action(action((_, io, [given]) => showStatus(io, incidentId(given))));
}

const showStatus = (io: CommandIo, incident: string): Promise<number> =>
  withStatus(io, async (reader) => {
    const status = await statusOf(reader, incident);
    show({ io, value: status, text: () => statusText(status, new Date().toISOString()) });
    return 0;
  });
