import type { Command } from 'commander';
import { openDiagnosis } from '../../domain/diagnose';
import { action, show } from '../command-io';
import { diagnosable } from '../../domain/recorded-deal';
import { diagnosisText } from '../impact-text';
import { latestImport, withHistory } from '../with-history';

/** Adds `diagnose`: which known rule explains each recorded version, read-only. */
export function registerDiagnose(program: Command): void {
  program
    .command('diagnose')
    .description('which known rule explains what was recorded, per version; changes nothing')
    .addHelpText('after', '\nExample:\n  ./makewhole diagnose')
    .action(
      action((_, io) =>
        withHistory(io, async (history) => {
          const { snapshotId } = await latestImport(history);
          const { people, deals } = await history.imports.openHistory(snapshotId);
          const diagnosis = openDiagnosis();
          for await (const deal of deals()) diagnosis.addColumns(diagnosable(deal, people));
          const value = diagnosis.conclude();
          show({ io, value, text: () => diagnosisText(value) });
          return 0;
        }),
      ),
    );
}
