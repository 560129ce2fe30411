import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { importFiles, type ImportColumns, type ImportFile } from '../../contracts/import-row';
import type { Faults } from './faults';
import { Row } from './row';
import { wholeLines } from './whole-lines';

const recordBytesMax = 1 << 16;

type Reading = { path: string; file: ImportFile; faults: Faults };
type Parsed = { record: string[]; info: { lines: number } };

/**
 * Reads the rows of one CSV file, holding a few at a time.
 *
 * Shapes: UTF-8 with or without a byte order mark, lines ending in LF or CRLF, quoting as in
 * RFC 4180, the first line naming the columns in any order.
 * Ensures: what cannot be read is a fault with its line, never an exception; a file whose first
 * line is wrong gives no row.
 */
export async function* readRows({ path, file, faults }: Reading): AsyncGenerator<Row> {
  // A file that ends early breaks off in the middle of something: that is said once.
  const reading = { ended: false };
  const stop = ({ line, reason }: { line: number; reason: string }): void => {
    if (!reading.ended) faults.add({ file, line, column: '', reason });
    reading.ended = true;
  };
  let columns: ReadonlyMap<string, number> | undefined;
  try {
    for await (const { record, info } of parsedRecords(path, stop)) {
      if (faults.full) return;
      const line = info.lines - record.join('').split('\n').length + 1;
      if (columns === undefined) {
        columns = columnsOf(record, { file, faults });
        if (columns === undefined) return;
      } else if (record.length !== columns.size) {
        const reason = `expected ${columns.size} fields, found ${record.length}`;
        faults.add({ file, line, column: '', reason });
      } else {
        yield new Row({ file, line, columns, values: record, faults });
      }
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    stop(quotingFault(error));
  }
  if (columns === undefined && !reading.ended) {
    stop({ line: 1, reason: `expected the names of columns, found an empty file` });
  }
}

async function* parsedRecords(
  path: string,
  stop: (fault: { line: number; reason: string }) => void,
): AsyncGenerator<Parsed> {
  const parser = parse({
    bom: true,
    info: true,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: recordBytesMax,
  });
  // Errors of either stream reach whoever reads the parser.
  pipeline(Readable.from(wholeLines(path, stop)), parser, () => undefined);
  yield* parser as AsyncIterable<Parsed>;
}

function quotingFault(error: CsvError): { line: number; reason: string } {
  const line = typeof error['lines'] === 'number' ? error['lines'] : 0;
  switch (error.code) {
    case 'CSV_MAX_RECORD_SIZE':
      return { line, reason: `expected rows of at most ${recordBytesMax} bytes; is a quote open?` };
    case 'CSV_QUOTE_NOT_CLOSED':
      return { line, reason: 'expected a closing quote, found the end of the file' };
    default:
      return { line, reason: 'expected quotes around whole fields, with quotes inside doubled' };
  }
}

/** Where each column stands; undefined when the first line is wrong, each fault by its name. */
function columnsOf(
  names: readonly string[],
  { file, faults }: { file: ImportFile; faults: Faults },
): ReadonlyMap<string, number> | undefined {
  const { required, optional }: ImportColumns = importFiles[file];
  const known = new Set([...required, ...optional]);
  const columns = new Map<string, number>();
  const before = faults.met.length;
  const fault = (column: string, reason: string) => {
    faults.add({ file, line: 1, column, reason });
  };
  for (const [index, name] of names.entries()) {
    const shown = name.slice(0, 60);
    if (!known.has(name)) fault(shown, `unknown column; ${file} has ${[...known].join(', ')}`);
    else if (columns.has(name)) fault(shown, 'expected each column once, found it again');
    columns.set(name, index);
  }
  for (const name of required) if (!columns.has(name)) fault(name, 'this column is missing');
  return faults.met.length === before ? columns : undefined;
}
