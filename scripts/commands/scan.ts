import type { Command } from 'commander';
import { impactLines, type ImpactLine } from '../../domain/scan';
import { action, show, type CommandIo } from '../command-io';
import { linesShown, linesText, summaryText } from '../impact-text';
import { scanHistory } from '../scan-history';
import { latestImport, withHistory } from '../with-history';

const dealsPerStep = 1_000;

/** Adds `scan`: every wrong share of what is imported, read-only. */
export function registerScan(program: Command): void {
  program
    .command('scan')
    .description('check every recorded share of what is imported; changes nothing')
    .option('--lines', 'one JSON line per wrong commitment')
    .addHelpText('after', '\nExample:\n  ./makewhole scan --lines')
    .action(action<{ readonly lines?: boolean }>(({ lines }, io) => run(io, lines ?? false)));
}

function run(io: CommandIo, asLines: boolean): Promise<number> {
  return withHistory(io, async (history) => {
    const snapshot = await latestImport(history);
    const shown: ImpactLine[] = [];
    let [deals, wrong] = [0, 0];
    const summary = await scanHistory(history, {
      snapshot,
      visit: (deal, people) => {
        deals += 1;
        if (deals % dealsPerStep === 0) io.err(`${deals} of ${snapshot.deals} deals`);
        for (const line of impactLines(deal, people)) {
          wrong += 1;
          if (asLines) io.out(JSON.stringify(line));
          else if (shown.length < linesShown) shown.push(line);
        }
      },
    });
    if (asLines) return 0;
    const text = () => {
      const table = linesText(shown, { wrong, command: './makewhole scan --lines' });
      return [table, '', summaryText(summary)].join('\n');
    };
    show({ io, value: summary, text });
    return 0;
  });
}
