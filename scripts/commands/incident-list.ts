import type { Command } from 'commander';
import type { IncidentLine } from '../../activities/ports/status';
import type { RunStanding } from '../../workers/run-standing';
import { action, show, type CommandIo } from '../command-io';
import { resumeHint, standings } from '../open-runs';
import { readStack } from '../stack/read-stack';
import { groupOf } from '../signing-options';
import { textTable } from '../text-table';
import { withStatus } from '../with-status';

type Flags = { readonly lines?: boolean };

/** Adds `incident list`: every incident there is, newest first. */
export function registerIncidentList(program: Command): void {
  groupOf(program, 'incident')
    .command('list')
    .description('every incident, newest first')
    .option('--lines', 'one JSON line an incident')
    .addHelpText('after', '\nExample:\n  ./makewhole incident list --json')
    .action(action<Flags>((flags, io) => listIncidents(flags, io)));
}

const listIncidents = (flags: Flags, io: CommandIo): Promise<number> =>
  withStatus(io, async (reader) => {
    const runs = await standings(readStack(io.stateDir), await reader.live());
    const workflows = new Map(runs.map(({ incident, workflow }) => [incident, workflow]));
    const incidents = (await reader.list()).map((line) => {
      return { ...line, workflow: workflows.get(line.incident) ?? null };
    });
    if (flags.lines === true) {
      for (const line of incidents) io.out(JSON.stringify(line));
      return 0;
    }
    show({ io, value: incidents, text: () => textOf(incidents) });
    return 0;
  });

type Line = IncidentLine & { workflow: RunStanding | null };

function textOf(incidents: readonly Line[]): string {
  const alarms = incidents.filter(({ workflow }) => workflow === 'missing');
  return [tableOf(incidents), ...alarms.map(({ incident }) => resumeHint(incident))].join('\n');
}

function tableOf(incidents: readonly Line[]): string {
  if (incidents.length === 0) return 'There is no incident.';
  const head = ['incident', 'severity', 'stage', 'workflow', 'opened', 'waits for', 'summary'];
  return textTable(
    head,
    incidents.map(({ incident, severity, stage, workflow, openedAt, ...line }) => [
      incident,
      severity ?? '-',
      stage,
      workflow ?? '-',
      `${openedAt.slice(0, 19).replace('T', ' ')} UTC`,
      String(line.waitingFor),
      `${line.drill ? 'DRILL: ' : ''}${shortened(line.summary)}`,
    ]),
  );
}

const shortened = (text: string) => (text.length > 60 ? `${text.slice(0, 59)}…` : text);
