import type { Command } from 'commander';
import { action, CommandError, show } from '../command-io';
import { optionsText } from '../options-text';
import { withPlans } from '../with-plans';

const example = `
Example:
  ./makewhole options INC-2026-0042 --deal FRESH`;

/** Adds `options` to the command. */
export function registerOptions(program: Command): void {
  program
    .command('options')
    .description('what could be done about a deal, side by side, with risk and reasons')
    .argument('<incident>', 'INC-2026-0042')
    .requiredOption('--deal <id>', 'the deal')
    .addHelpText('after', example)
    .action(
      action<{ deal: string }>(({ deal }, io, [given]) =>
        withPlans({ io, incidentId: given }, async (plans, { incidentId, stage }) => {
          const options = await plans.options({ incidentId, deal });
          if (options.length === 0) throw noOptions({ incidentId, stage, deal });
          const chosen = options.find((option) => option.chosen)?.remedy ?? null;
          const value = { incident: incidentId, deal, chosen, options };
          show({ io, value, text: () => optionsText(deal, options) });
          return 0;
        }),
      ),
    );
}

function noOptions(of: { incidentId: string; stage: string; deal: string }): CommandError {
  const { incidentId, stage, deal } = of;
  const where = `${incidentId} is at ${stage} and has no options for deal ${JSON.stringify(deal)}`;
  const message = `${where}. Deals that are affected: ./makewhole impact ${incidentId}.`;
  return new CommandError({ code: 'NOT_FOUND', kind: 'refused', message });
}
