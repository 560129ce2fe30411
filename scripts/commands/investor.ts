import type { Command } from 'commander';
import { action, CommandError, show } from '../command-io';
import { storyJson, storyText } from '../investor-story';
import { withLetters } from '../with-letters';

const example = `
Example:
  ./makewhole investor INC-2026-0042 E --json`;

/** Adds `investor`: one person's whole story in an incident. */
export function registerInvestor(program: Command): void {
  program
    .command('investor')
    .description("one person's whole story: numbers, lines, money, units, letters")
    .argument('<incident>', 'INC-2026-0042')
    .argument('<investor>', 'the investor’s id')
    .addHelpText('after', example)
    .action(
      action((_, io, [given, only = '']) =>
        withLetters({ io, given }, async (reading, { incidentId }) => {
          const of = { incidentId, take: 1, only };
          const [found] = await reading.letterCases.page(of);
          if (found === undefined) throw notAffected(incidentId, only);
          const versions = await reading.settlements.approvedVersions(incidentId);
          const lines = versions.flatMap((version) => version.lines);
          const own = lines.filter(({ investor }) => investor === only);
          const one = { ...found.one, lines: own };
          const story = storyJson({ incident: incidentId, one, letters: found.letters });
          show({ io, value: story, text: () => storyText(story) });
          return 0;
        }),
      ),
    );
}

function notAffected(incident: string, investor: string): CommandError {
  const see = `See ./makewhole impact ${incident} --lines.`;
  const message = `No share of ${JSON.stringify(investor)} is wrong in ${incident}. ${see}`;
  return new CommandError({ code: 'NOT_FOUND', kind: 'refused', message });
}
