import type { Command } from 'commander';
import type { IncidentLine } from '../../activities/ports/status';
import { action, show, type CommandIo } from '../command-io';
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
    const incidents = await reader.list();
    if (flags.lines === true) {
      for (const line of incidents) io.out(JSON.stringify(line));
      return 0;
    }
    show({ io, value: incidents, text: () => tableOf(incidents) });
    return 0;
  });

function tableOf(incidents: readonly IncidentLine[]): string {
  if (incidents.length === 0) return 'There is no incident.';
  const head = ['incident', 'severity', 'stage', 'opened', 'waits for', 'summary'];
  return textTable(
    head,
    incidents.map(({ incident, severity, stage, openedAt, waitingFor, drill, summary }) => [
      incident,
      severity ?? '-',
      stage,
      `${openedAt.slice(0, 19).replace('T', ' ')} UTC`,
      String(waitingFor),
      `${drill ? 'DRILL: ' : ''}${summary.length > 60 ? `${summary.slice(0, 59)}…` : summary}`,
    ]),
  );
}
