import type { Command } from 'commander';
import { clocksText } from '../clocks-text';
import { action, show } from '../command-io';
import { groupOf, incidentId } from '../signing-options';
import { statusOf, withStatus } from '../with-status';

const example = `
Example:
  ./makewhole incident clocks INC-2026-0042
  ./makewhole incident clocks INC-2026-0042 --lines`;

/** Adds `incident clocks`: every deadline, the next one first, by what is on file now. */
export function registerIncidentClocks(program: Command): void {
  groupOf(program, 'incident')
    .command('clocks')
    .description('every deadline of reports, limitation, filings and tax, the next one first')
    .argument('<incident>', 'INC-2026-0042')
    .option('--lines', 'one deadline a line, as JSON')
    .addHelpText('after', example)
    .action(
      action<{ lines?: true }>((options, io, [given]) =>
        withStatus(io, async (reader) => {
          const { incident } = await statusOf(reader, incidentId(given));
          const clocks = await reader.clocks(incident);
          if (options.lines === true) {
            for (const clock of clocks) io.out(JSON.stringify(clock));
            return 0;
          }
          const today = new Date().toISOString().slice(0, 10);
          show({ io, value: { incident, clocks }, text: () => clocksText(clocks, { today }) });
          return 0;
        }),
      ),
    );
}
