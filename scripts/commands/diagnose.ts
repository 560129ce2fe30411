import type { Command } from 'commander';
import { openDiagnosis } from '../../domain/diagnose';
import { action, show } from '../command-io';
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
          const diagnosis = openDiagnosis();
          for await (const deal of history.imports.dealsInOrder(snapshotId)) diagnosis.add(deal);
          const value = diagnosis.conclude();
          show({ io, value, text: () => diagnosisText(value) });
          return 0;
        }),
      ),
    );
}
