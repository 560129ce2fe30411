import type { Command } from 'commander';
import { parseCivil } from '../../domain/calendar';
import { action } from '../command-io';
import { signAndSend, withDecisions, type SigningOptions } from '../signed-command';
import { groupOf, incidentId, rejected, withSigning } from '../signing-options';

const example = `
Also after the incident is closed, since some deadlines come years later.

Example:
  ./makewhole incident clocks INC-2026-0042       # which there are
  ./makewhole clock met INC-2026-0042 --clock form-d --deal FRESH --on 2026-11-20 \\
    --source "EDGAR 0001-26-000042" --as lena`;

type Flags = SigningOptions & {
  readonly clock: string;
  readonly deal?: string;
  readonly on: string;
  readonly source: string;
};

/** Adds `clock met`: legal confirms that what a deadline was for has been done. */
export function registerClockMet(program: Command): void {
  withSigning(groupOf(program, 'clock').command('met'))
    .description('what a deadline was for has been done (legal)')
    .argument('<incident>')
    .requiredOption('--clock <clock>', 'the clock, such as form-d')
    .option('--deal <deal>', 'the deal, where it is one of a deal')
    .requiredOption('--on <date>', 'the day on which it was done')
    .requiredOption('--source <text>', 'what shows it: a reference, a receipt')
    .addHelpText('after', example)
    .action(
      action<Flags>((options, io, [given]) => {
        const incident = incidentId(given);
        const { clock, deal, on, source } = options;
        if (parseCivil(on) === undefined) {
          throw rejected(`--on: expected a date such as 2026-11-20, found ${JSON.stringify(on)}`);
        }
        const body = { clock, ...(deal === undefined ? {} : { deal }), on, source };
        const about = deal === undefined ? clock : `${clock} of ${deal}`;
        const done = () => `${about} was met on ${on}, by ${source}.`;
        const wish = { kind: 'meet-clock' as const, incident, body, done };
        return withDecisions(io, (decisions) => signAndSend(wish, { io, options, decisions }));
      }),
    );
}
