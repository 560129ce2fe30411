import { isUtf8 } from 'node:buffer';
import {
  columnKind,
  importFiles,
  keyColumns,
  optionalFile,
  viewOf,
  type ImportFile,
} from '../../contracts/import-row';
import { SourceUnreadable, type SourceColumn, type SourceViews } from '../../workers/wire-source';
import { columnsOf } from './columns-of';
import type { Faults } from './faults';
import type { OpenTable, TableSource, TextRecord } from './records';
import { wholeLines } from './whole-lines';

/** By what rows of a deal are sorted where a view says so; a file has its own order. */
const position = 'position';

type Views = { readonly source: SourceViews; readonly schema: string; readonly faults: Faults };

/** Views of a platform's own database as the source of an import. */
export function sqlViews(views: Views): TableSource {
  const { source, schema, faults } = views;
  const nameOf = (file: ImportFile) => `${schema}.${viewOf(file)}`;
  let isThere: Promise<boolean> | undefined;
  return {
    place: 'row',
    nameOf,
    open: async (file) => {
      const fault = (column: string, reason: string) => {
        faults.add({ file: nameOf(file), line: 0, column, reason });
      };
      isThere ??= source.hasSchema();
      if (!(await isThere)) {
        if (file === 'deals.csv') fault('', `there is no schema ${JSON.stringify(schema)}`);
        return undefined;
      }
      const found = await source.columnsOf(viewOf(file));
      if (found !== undefined) return openView(views, { file, found, fault });
      if (file !== optionalFile) fault('', 'there is no such view or table');
      return undefined;
    },
  };
}

type Opening = {
  file: ImportFile;
  found: readonly SourceColumn[];
  fault: (column: string, reason: string) => void;
};

function openView({ source }: Views, { file, found, fault }: Opening): OpenTable | undefined {
  const isSorted = file === 'commitments.csv' && found.some(({ name }) => name === position);
  const kept = found.filter(({ name }) => !isSorted || name !== position);
  const columns = kept.map(({ name }) => name);
  const places = columnsOf(columns, { known: importFiles[file], of: viewOf(file), fault });
  const wrong = kept.flatMap((column) => typeFaultOf(column) ?? []);
  if (places === undefined) return undefined;
  for (const { column, reason } of wrong) fault(column, reason);
  if (wrong.length > 0) return undefined;
  const orderBy = isSorted ? [...keyColumns['deals.csv'], position] : undefined;
  const bytes = source.read({ view: viewOf(file), columns, orderBy });
  const unreadable = (error: SourceUnreadable) => fault('', reasonOf(error, { file, source }));
  return { columns: places, blocks: copyRecords(bytes, { fault, unreadable }) };
}

/** Types that hold what a file could say, and nothing that rounds or moves it. */
function typeFaultOf({ name, type, category }: SourceColumn) {
  const isText = category === 'S';
  const inexact = ['real', 'double precision', 'money'];
  const whole = ['smallint', 'integer', 'bigint'];
  const [fits, expected] = {
    number: [isText || (category === 'N' && !inexact.includes(type)), 'numeric or a whole number'],
    date: [isText || type === 'date', 'date'],
    text: [isText || category === 'E' || ['uuid', ...whole].includes(type), 'text'],
  }[columnKind(name)] as [boolean, string];
  return fits
    ? undefined
    : { column: name, reason: `expected the type ${expected}, found ${type}` };
}

type Refused = { file: ImportFile; source: SourceViews };

function reasonOf(error: SourceUnreadable, { file, source }: Refused): string {
  if (error.state === '42501') {
    return `${source.login} may not read all of it (${error.message}): GRANT SELECT and USAGE`;
  }
  if (error.state === '25006') return `reading it would write, which is refused (${error.message})`;
  // What a database says of a row may quote it.
  const said = file === optionalFile ? `error ${error.state}` : error.message;
  return `the platform's database could not read it: ${said}`;
}

type Telling = {
  fault: Opening['fault'];
  unreadable: (error: SourceUnreadable) => void;
};

/** Rows as COPY writes them: one a line, tabs between fields, backslashes before special ones. */
async function* copyRecords(
  bytes: AsyncIterable<Buffer>,
  { fault, unreadable }: Telling,
): AsyncGenerator<TextRecord[]> {
  let rows = 0;
  try {
    const tooLong = () =>
      fault('', `expected rows of at most 1 MiB, found more in row ${rows + 1}`);
    for await (const block of wholeLines(bytes, tooLong)) {
      if (!isUtf8(block)) {
        fault('', `expected text in UTF-8 after row ${rows}`);
        return;
      }
      const lines = block.toString('utf8').split('\n');
      lines.pop();
      yield lines.map((line) => ({ line: (rows += 1), values: line.split('\t').map(plainField) }));
    }
  } catch (error) {
    if (!(error instanceof SourceUnreadable)) throw error;
    unreadable(error);
  }
}

const escapes: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** A field without COPY's escapes; NULL reads as nothing, as an empty field of a file does. */
function plainField(field: string): string {
  if (!field.includes('\\')) return field;
  if (field === '\\N') return '';
  return field.replace(/\\(.)/gs, (_, letter: string) => escapes[letter] ?? letter);
}
