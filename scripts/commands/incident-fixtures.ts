import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { action, CommandError, show, type CommandIo } from '../command-io';
import { fixtureFiles } from '../fixture-files';
import { makeFolder } from '../make-folder';
import { groupOf, incidentId } from '../signing-options';
import { withHistory } from '../with-history';

type Flags = { readonly out: string };

/** Adds `incident fixtures`: the deals of an incident as tests for whoever mends the allocator. */
export function registerIncidentFixtures(program: Command): void {
  groupOf(program, 'incident')
    .command('fixtures')
    .description('its wrong deals as regression tests, under names that say nothing of anybody')
    .argument('<incident>', 'INC-2026-0042')
    .requiredOption('--out <dir>', 'a new or empty folder')
    .addHelpText('after', '\nExample:\n  ./makewhole incident fixtures INC-2026-0042 --out tests/')
    .action(action<Flags>(({ out }, io, [given]) => run(incidentId(given), { out, io })));
}

function run(incident: string, { out, io }: { out: string; io: CommandIo }): Promise<number> {
  return withHistory(io, async ({ fixtures, incidents }) => {
    if ((await incidents.find(incident)) === undefined) {
      const message = `There is no incident ${incident}. See ./makewhole incident list.`;
      throw new CommandError({ code: 'INCIDENT_UNKNOWN', kind: 'refused', message });
    }
    const deals = await fixtures.deals(incident);
    if (deals === null) {
      const see = `See ./makewhole incident status ${incident}.`;
      const message = `Nothing of ${incident} has been recomputed yet. ${see}`;
      throw new CommandError({ code: 'NOT_FOUND', kind: 'refused', message });
    }
    const files = fixtureFiles(incident, deals);
    takeEmpty(out);
    for (const { path, text } of files) {
      makeFolder(dirname(join(out, path)));
      writeFileSync(join(out, path), text);
    }
    const value = { incident, deals: deals.length, files: files.length, out };
    const text = () => `${String(deals.length)} deals, ${String(files.length)} files in ${out}.`;
    show({ io, value, text });
    return 0;
  });
}

/** A folder with something in it may be somebody's: fixtures of two incidents never mix. */
function takeEmpty(out: string): void {
  makeFolder(out);
  if (readdirSync(out).length === 0) return;
  const message = `${out} is not empty. Name a new folder with --out.`;
  throw new CommandError({ code: 'INPUT_INVALID', kind: 'rejected', message });
}
