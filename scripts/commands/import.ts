import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { ImportFault } from '../../contracts/import-row';
import { action, exitCodeOf, show, tell, type CommandIo } from '../command-io';
import type { ImportOutcome } from '../../activities/ports/imports';
import { faultsMax } from '../import/faults';
import type { Progress } from '../import/history-rows';
import { importFolder } from '../import/import-folder';
import type { ImportTarget } from '../import/import-tables';
import { importViews } from '../import/import-views';
import { rejected } from '../signing-options';
import { readStack } from '../stack/read-stack';

const example = `
Files (CSV, UTF-8): deals.csv, investors.csv, commitments.csv and, if there is one,
payment-details.csv. With --from-sql, the views deals, investors, commitments and, if there is one,
payment_details, with the same columns. docs/import.md lists them. Leave the password out of the
URL: it is read from PGPASSWORD or ~/.pgpass.

Example:
  ./makewhole import export/ --dry-run
  ./makewhole import export/
  ./makewhole import --from-sql postgresql://reader@db.platform.example/platform --schema audit`;

type Flags = {
  readonly dryRun?: boolean;
  readonly supersede?: boolean;
  readonly reason?: string;
  readonly fromSql?: string;
  readonly schema?: string;
};

/** Adds `import`: a platform's history, all of it or nothing. */
export function registerImport(program: Command): void {
  program
    .command('import')
    .description(
      "load a platform's history, all or nothing; the same content twice changes nothing",
    )
    .argument('[dir]', 'folder of CSV files')
    .option('--from-sql <url>', "instead of a folder: the platform's own PostgreSQL, only read")
    .option('--schema <name>', 'with --from-sql: where its views are (default: public)')
    .option('--dry-run', 'check everything, keep nothing')
    .option('--supersede', 'let this content count from now on; incidents keep theirs')
    .option('--reason <text>', 'with --supersede: why the history is another now')
    .addHelpText('after', example)
    .action(action<Flags>((flags, io, [folder]) => run(folder, { flags, io })));
}

async function run(
  folder: string | undefined,
  { flags, io }: { flags: Flags; io: CommandIo },
): Promise<number> {
  const { dryRun = false } = flags;
  const supersede = reasonOf(flags);
  const origin = originOf(folder, flags);
  const { databaseUrl, instanceKeyPath } = readStack(io.stateDir);
  const outcome = await origin({
    databaseUrl,
    instanceKeyPath,
    at: new Date().toISOString(),
    dryRun,
    progress: progressTo(io),
    onStoring: () => io.err('all is read; storing it'),
    ...(supersede === undefined ? {} : { supersede }),
  });
  if (outcome.kind === 'invalid') return showFaults(outcome.faults, io);
  showDone(outcome, { dryRun, io });
  return 0;
}

/** A folder, or a database's views: one of the two. */
function originOf(
  folder: string | undefined,
  { fromSql, schema }: Flags,
): (target: ImportTarget) => Promise<ImportOutcome> {
  if (fromSql !== undefined && folder === undefined) {
    return (target) => importViews({ url: fromSql, schema: schema ?? 'public', ...target });
  }
  if (folder === undefined || fromSql !== undefined) {
    throw rejected('Say what to import: a folder of CSV files, or --from-sql URL, not both.');
  }
  if (schema !== undefined) throw rejected('--schema goes with --from-sql.');
  return (target) => importFolder({ folder: resolve(folder), ...target });
}

function showDone(
  { kind, snapshotId, digest, counts }: Exclude<ImportOutcome, { kind: 'invalid' }>,
  { dryRun, io }: { dryRun: boolean; io: CommandIo },
): void {
  const changed = snapshotId !== null && kind === 'imported';
  show({
    io,
    value: { snapshot: snapshotId, digest, changed, dryRun, ...counts },
    text: () => {
      const { deals, investors, commitments, paymentDetails } = counts;
      const size =
        `${many(deals, 'deal')}, ${many(investors, 'investor')}, ` +
        many(commitments, 'commitment') +
        (paymentDetails === 0 ? '' : `, payment details of ${many(paymentDetails, 'investor')}`);
      if (kind === 'unchanged') {
        return `Nothing changed: this content is snapshot ${snapshotId} already (${size}).`;
      }
      const did = dryRun
        ? 'Nothing is wrong with it; nothing was kept'
        : `Imported as snapshot ${String(snapshotId)}`;
      return `${did}: ${size}.\nDigest ${digest}`;
    },
  });
}

const many = (count: number, what: string): string => {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
};

function reasonOf({ supersede = false, reason }: Flags): string | undefined {
  if (!supersede && reason === undefined) return undefined;
  if (supersede && reason !== undefined && reason.trim() !== '') return reason.trim();
  throw rejected('--supersede and --reason go together: say why the history is another now.');
}

function progressTo(io: CommandIo): Progress {
  return ({ table, rows, done }) => {
    io.err(`${table}: ${many(rows, 'row')}${done ? '' : ' so far'}`);
  };
}

function showFaults(faults: readonly ImportFault[], io: CommandIo): number {
  const [code, kind] = ['IMPORT_INVALID', 'rejected'] as const;
  const named =
    faults.length >= faultsMax ? `the first ${faultsMax} faults` : many(faults.length, 'fault');
  const message = `Nothing was imported: correct ${named} and import again.`;
  if (io.json) io.out(JSON.stringify({ error: { code, kind, message, faults } }));
  else {
    for (const fault of faults) io.err(`${placeOf(fault)}: ${fault.reason}`);
    tell(io, `${message} (${code})`);
  }
  return exitCodeOf(kind);
}

/** As editors and compilers write it, so that a click goes there; a row of a view has its key. */
function placeOf({ file, line, column, key }: ImportFault): string {
  if (key !== undefined) return `${file}: row ${line} (${key}), ${column}`;
  return [file, line === 0 ? '' : String(line), column].filter((part) => part !== '').join(':');
}
