import type { Command } from 'commander';
import type { Impacts } from '../../activities/ports/impacts';
import type { ImpactLine } from '../../domain/scan';
import { action, CommandError, show, type CommandIo } from '../command-io';
import { linesText, summaryText } from '../impact-text';
import { quoted } from '../printed-commands';
import { incidentId } from '../signing-options';
import { withHistory } from '../with-history';

type Flags = {
  readonly deal?: string;
  readonly lines?: boolean;
  readonly certificates?: boolean;
};

/** Adds `impact`: what an incident's recomputation found, as stored. */
export function registerImpact(program: Command): void {
  program
    .command('impact')
    .description('who got what, and what it should have been, as found for an incident')
    .argument('<incident>', 'INC-2026-0042')
    .option('--deal <id>', 'this deal only')
    .option('--lines', 'one JSON line per wrong commitment')
    .option('--certificates', 'one JSON line per stored certificate')
    .addHelpText('after', '\nExample:\n  ./makewhole impact INC-2026-0042 --deal FRESH')
    .action(action<Flags>((flags, io, [given]) => run(incidentId(given), { flags, io })));
}

function run(incident: string, { flags, io }: { flags: Flags; io: CommandIo }): Promise<number> {
  const { deal } = flags;
  return withHistory(io, async ({ impacts, incidents, certificates }) => {
    const view = await incidents.find(incident);
    if (view === undefined) {
      const message = `There is no incident ${incident}. See ./makewhole incident list.`;
      throw new CommandError({ code: 'INCIDENT_UNKNOWN', kind: 'refused', message });
    }
    const summary = await impacts.summary(incident);
    if (summary === null) throw notYet(incident, view.stage);
    if (flags.certificates === true) {
      for await (const line of certificates.stored(incident)) io.out(JSON.stringify(line));
      return 0;
    }
    if (deal !== undefined) await refuseUnaffected(impacts, { incidentId: incident, deal });
    const rows = impacts.rows({ incidentId: incident, ...(deal === undefined ? {} : { deal }) });
    if (flags.lines === true) {
      for await (const line of rows) io.out(JSON.stringify(line));
      return 0;
    }
    if (deal === undefined && io.json) {
      show({ io, value: summary, text: () => '' });
      return 0;
    }
    const lines: ImpactLine[] = [];
    for await (const line of rows) lines.push(line);
    const of = deal === undefined ? '' : ` --deal ${quoted(deal)}`;
    const command = `./makewhole impact ${incident}${of} --lines`;
    const text = () => {
      const table = linesText(lines, { wrong: lines.length, command });
      return deal === undefined ? [table, '', summaryText(summary)].join('\n') : table;
    };
    show({ io, value: { incident, deal, lines }, text });
    return 0;
  });
}

const namedMax = 20;

/** A misspelt deal is no all-clear. */
async function refuseUnaffected(
  impacts: Impacts,
  { incidentId, deal }: { incidentId: string; deal: string },
): Promise<void> {
  for await (const { deal: found } of impacts.rows({ incidentId, deal })) if (found) return;
  const affected = await impacts.affectedDeals(incidentId);
  const more = affected.length > namedMax ? ', …' : '';
  const which = affected.slice(0, namedMax).join(', ') + more || 'none';
  const message = `No share of ${deal} is wrong, or there is no such deal. Wrong: ${which}.`;
  throw new CommandError({ code: 'NOT_FOUND', kind: 'refused', message });
}

function notYet(incident: string, stage: string): CommandError {
  const see = `See ./makewhole incident status ${incident}.`;
  const message = `${incident} is at ${stage}; nothing has been recomputed yet. ${see}`;
  return new CommandError({ code: 'NOT_FOUND', kind: 'refused', message });
}
