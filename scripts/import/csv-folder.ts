import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { importFiles, optionalFile, type ImportFile } from '../../contracts/import-row';
import { columnsOf } from './columns-of';
import { csvRecords } from './csv-records';
import type { Faults } from './faults';
import type { OpenTable, RecordBlocks, TableSource, TextRecord } from './records';

/** A folder of CSV files as the source of an import; nothing is read before it is asked for. */
export function csvFolder(folder: string, faults: Faults): TableSource {
  const absent = noteMissing(folder, faults);
  return {
    place: 'line',
    nameOf: (file) => file,
    open: async (file) => {
      const path = join(folder, file);
      return absent.has(file) || !existsSync(path) ? undefined : openCsv({ path, file, faults });
    },
  };
}

type Reading = { path: string; file: ImportFile; faults: Faults };

/** Undefined when the first line is wrong, which gives no row. */
async function openCsv({ path, file, faults }: Reading): Promise<OpenTable | undefined> {
  // A file that ends early breaks off in the middle of something: that is said once.
  const reading = { stopped: false };
  const blocks = csvRecords(path, ({ line, reason }) => {
    reading.stopped = true;
    faults.add({ file, line, column: '', reason });
  });
  const [header, ...rest] = await firstOf(blocks);
  if (header === undefined) {
    const reason = 'expected the names of columns, found an empty file';
    if (!reading.stopped) faults.add({ file, line: 1, column: '', reason });
    return undefined;
  }
  const columns = columnsOf(header.values, {
    known: importFiles[file],
    fault: (column, reason) => faults.add({ file, line: header.line, column, reason }),
    of: file,
  });
  return columns && { columns, blocks: afterFirst(rest, blocks) };
}

async function firstOf(
  blocks: AsyncIterator<readonly TextRecord[], undefined>,
): Promise<readonly TextRecord[]> {
  const { value } = await blocks.next();
  return value ?? [];
}

async function* afterFirst(first: readonly TextRecord[], others: RecordBlocks): RecordBlocks {
  yield first;
  yield* others;
}

function noteMissing(folder: string, faults: Faults): ReadonlySet<ImportFile> {
  const absent = new Set<ImportFile>();
  for (const file of Object.keys(importFiles) as ImportFile[]) {
    const found = statSync(join(folder, file), { throwIfNoEntry: false });
    if (found?.isFile() === true || (found === undefined && file === optionalFile)) continue;
    const reason = found === undefined ? 'this file is missing' : 'expected a file';
    faults.add({ file, line: 0, column: '', reason });
    absent.add(file);
  }
  return absent;
}
