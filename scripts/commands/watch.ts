import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import type { IncidentStatus, StatusReader } from '../../activities/ports/status';
import { action, tell, type CommandIo } from '../command-io';
import { pasteable } from '../printed-commands';
import { incidentId } from '../signing-options';
import { changesBetween } from '../status-changes';
import { statusText } from '../status-text';
import { statusOf, withStatus } from '../with-status';

type Flags = { readonly lines?: boolean };
type Show = (status: IncidentStatus, before: IncidentStatus | undefined) => void;

/** Adds `watch`: follows an incident until it is closed. */
export function registerWatch(program: Command): void {
  program
    .command('watch')
    .description('follow an incident until it is closed; Ctrl-C leaves it alone')
    .argument('<incident>', 'INC-2026-0042')
    .option('--lines', 'one JSON line per change: how it stands then')
    .addHelpText('after', '\nExample:\n  ./makewhole watch INC-2026-0042')
    .action(
      action<Flags>((flags, io, [given]) => watch(flags, { io, incident: incidentId(given) })),
    );
}

async function watch(
  flags: Flags,
  { io, incident }: { io: CommandIo; incident: string },
): Promise<number> {
  const interrupt = new AbortController();
  const stop = () => interrupt.abort();
  process.once('SIGINT', stop);
  try {
    const look = { incident, show: showing(flags, io), signal: interrupt.signal };
    const last = await withStatus(io, (reader) => follow(reader, look));
    if (io.json && flags.lines !== true) io.out(JSON.stringify(last));
    return 0;
  } finally {
    process.off('SIGINT', stop);
  }
}

type Look = { incident: string; show: Show; signal: AbortSignal };

async function follow(reader: StatusReader, { incident, show, signal }: Look) {
  for (let before: IncidentStatus | undefined; ;) {
    const status = await statusOf(reader, incident);
    show(status, before);
    if (status.closedAt !== null) return status;
    before = status;
    await wait(500, undefined, { signal });
  }
}

const clearScreen = '\u001b[H\u001b[2J\u001b[3J';

/** A page that is drawn again on a terminal, a line per change everywhere else. */
function showing({ lines }: Flags, io: CommandIo): Show {
  if (lines === true) {
    return (status, before) => {
      if (changesBetween(before, status).length > 0) io.out(JSON.stringify(status));
    };
  }
  const say = (text: string) => (io.json ? tell(io, text) : io.out(pasteable(text, io.called)));
  if (!io.json && process.stdout.isTTY) {
    return (status) => say(`${clearScreen}${statusText(status, new Date().toISOString())}`);
  }
  return (status, before) => {
    const time = new Date().toISOString().slice(11, 19);
    for (const change of changesBetween(before, status)) say(`${time} UTC  ${change}`);
  };
}
