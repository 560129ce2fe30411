import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { ImportFault } from '../../contracts/import-row';
import { action, exitCodeOf, show, type CommandIo } from '../command-io';
import { importFolder } from '../import/import-folder';
import { faultsMax } from '../import/faults';
import type { Progress } from '../import/history-rows';
import { rejected } from '../signing-options';
import { readStack } from '../stack/read-stack';

const example = `
Files (CSV, UTF-8): deals.csv, investors.csv, commitments.csv and, if there is one,
payment-details.csv. docs/import.md lists their columns.

Example:
  ./makewhole import export/ --dry-run
  ./makewhole import export/`;

type Flags = { readonly dryRun?: boolean; readonly supersede?: boolean; readonly reason?: string };

/** Adds `import`: a platform's history, all of it or nothing. */
export function registerImport(program: Command): void {
  program
    .command('import')
    .description(
      "load a platform's history, all or nothing; the same content twice changes nothing",
    )
    .argument('<dir>', 'folder of CSV files')
    .option('--dry-run', 'check everything, keep nothing')
    .option('--supersede', 'let this content count from now on; incidents keep theirs')
    .option('--reason <text>', 'with --supersede: why the history is another now')
    .addHelpText('after', example)
    .action(action<Flags>((flags, io, [folder = '']) => run(folder, { flags, io })));
}

async function run(
  folder: string,
  { flags, io }: { flags: Flags; io: CommandIo },
): Promise<number> {
  const { dryRun = false } = flags;
  const supersede = reasonOf(flags);
  const { databaseUrl, instanceKeyPath } = readStack(io.stateDir);
  const outcome = await importFolder({
    folder: resolve(folder),
    databaseUrl,
    instanceKeyPath,
    at: new Date().toISOString(),
    dryRun,
    progress: progressTo(io),
    ...(supersede === undefined ? {} : { supersede }),
  });
  if (outcome.kind === 'invalid') return showFaults(outcome.faults, io);
  const { kind, snapshotId, digest, counts } = outcome;
  const value = {
    snapshot: snapshotId,
    digest,
    changed: snapshotId !== null && kind === 'imported',
  };
  show({
    io,
    value: { ...value, dryRun, ...counts },
    text: () => {
      const { deals, investors, commitments } = counts;
      const size = `${deals} deals, ${investors} investors, ${commitments} commitments`;
      if (kind === 'unchanged')
        return `Nothing changed: this content is snapshot ${snapshotId} already (${size}).`;
      const did = dryRun
        ? 'Nothing is wrong with it; nothing was kept'
        : `Imported as snapshot ${String(snapshotId)}`;
      return `${did}: ${size}.\nDigest ${digest}`;
    },
  });
  return 0;
}

function reasonOf({ supersede = false, reason }: Flags): string | undefined {
  if (!supersede && reason === undefined) return undefined;
  if (supersede && reason !== undefined && reason.trim() !== '') return reason.trim();
  throw rejected('--supersede and --reason go together: say why the history is another now.');
}

function progressTo(io: CommandIo): Progress {
  return ({ file, rows, done }) => {
    io.err(`${file}: ${rows} rows${done ? '' : ' so far'}`);
  };
}

function showFaults(faults: readonly ImportFault[], io: CommandIo): number {
  const [code, kind] = ['IMPORT_INVALID', 'rejected'] as const;
  const many =
    faults.length >= faultsMax
      ? `the first ${faultsMax} faults`
      : `${faults.length} fault${faults.length === 1 ? '' : 's'}`;
  const message = `Nothing was imported: correct ${many} and import again.`;
  if (io.json) io.out(JSON.stringify({ error: { code, kind, message, faults } }));
  else {
    for (const { file, line, column, reason } of faults) {
      const place = [file, ...(line > 0 ? [String(line)] : []), ...(column === '' ? [] : [column])];
      io.err(`${place.join(':')}: ${reason}`);
    }
    io.err(`${message} (${code})`);
  }
  return exitCodeOf(kind);
}
