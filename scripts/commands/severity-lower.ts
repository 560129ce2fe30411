import { Option, type Command } from 'commander';
import { severities, type Severity } from '../../domain/severity';
import { action, CommandError } from '../command-io';
import { severityLines } from '../severity-text';
import { signAndSend, withDecisions, type SigningOptions } from '../signed-command';
import { groupOf, incidentId, withSigning } from '../signing-options';

const example = `
The first who signs asks for it, the second lowers it. It is signed on the level and its reasons as
they are shown, and holds until a fact says a graver level than it says now, or reaches more.

Example:
  ./makewhole severity lower INC-2026-0042 --to "Sev 2" --reason "two funds, cents" --as maya`;

type Flags = SigningOptions & {
  readonly to: Exclude<Severity, 'Sev X'>;
  readonly reason: string;
};

/** Adds `severity lower`: a milder level by two signed decisions; facts alone raise it. */
export function registerSeverityLower(program: Command): void {
  withSigning(groupOf(program, 'severity').command('lower'))
    .description('lower it, with a reason: one of management and one of legal sign the same')
    .argument('<incident>')
    .addOption(
      new Option('--to <level>', 'the level').choices(severities.slice(1)).makeOptionMandatory(),
    )
    .requiredOption('--reason <text>', 'why, for the record')
    .addHelpText('after', example)
    .action(
      action<Flags>((options, io, [given]) => {
        const incident = incidentId(given);
        const { to, reason } = options;
        return withDecisions(io, async (decisions) => {
          const standing = await decisions.severities.standing(incident);
          if (standing === null) throw unknownIncident(incident);
          const { severity, reasons, digest: subject } = standing;
          io.err(severityLines({ severity, reasons }).join('\n'));
          const done = ({ missing = [] }: { missing?: unknown }) => {
            const rest = [missing].flat().join(', ');
            if (rest === '') return `${incident} is ${to}; a fact that says graver raises it.`;
            return `${options.as} asks for ${to}; ${rest} has to sign the same:\n${again}`;
          };
          const again = `  makewhole severity lower ${incident} --to "${to}" --reason "…" --as YOU`;
          const body = { to, reason };
          const wish = { kind: 'lower-severity' as const, incident, subject, body, done };
          return signAndSend(wish, { io, options, decisions });
        });
      }),
    );
}

function unknownIncident(incident: string): CommandError {
  const message = `There is no incident ${incident}. See ./makewhole incident list.`;
  return new CommandError({ code: 'INCIDENT_UNKNOWN', kind: 'refused', message });
}
