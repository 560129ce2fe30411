import type { Command } from 'commander';
import { action, show, type CommandIo } from '../command-io';
import { groupOf, incidentId } from '../signing-options';
import { resumeHint, standings } from '../open-runs';
import { readStack } from '../stack/read-stack';
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
    const live = (await reader.live()).filter(({ incidentId: id }) => id === incident);
    const [run] = await standings(readStack(io.stateDir), live);
    const value = { ...status, run: run?.run ?? null, workflow: run?.workflow ?? null };
    const alarm = run?.workflow === 'missing' ? `${resumeHint(incident)}\n\n` : '';
    const text = () => `${alarm}${statusText(status, new Date().toISOString())}`;
    show({ io, value, text });
    return 0;
  });
