import type { ImportFile } from '../../../contracts/import-row';

/** The files of an import as bytes; a name may be missing. */
export type Files = Partial<Record<string, Buffer>>;

/** Where a fault has to be named; `column` is undefined where any will do. */
export type Place = { readonly file: ImportFile; readonly line: number; readonly column?: string };

/** Files of which one thing is wrong. */
export type Malformed = { readonly name: string; readonly files: Files; readonly place: Place };

/** Numbers below a bound, the same for the same seed. */
export type Pick = (below: number) => number;

/** One of several, by seed. */
export function oneOf<T>(pick: Pick, values: readonly T[]): T {
  const value = values[pick(values.length)];
  if (value === undefined) throw new Error('expected something to pick from, found nothing');
  return value;
}

/** Files that are right, without a quote in them, so that they are cut and put together easily. */
export class CsvGrid {
  constructor(readonly texts: Readonly<Record<ImportFile, string>>) {}

  get files(): Files {
    return Object.fromEntries(
      Object.entries(this.texts).map(([file, text]) => [file, Buffer.from(text)]),
    );
  }

  /** Rows with the names of columns first. */
  rows(file: ImportFile): string[][] {
    return this.texts[file]
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
  }

  /** A line of a row, counted as editors do; never the first. */
  line(file: ImportFile, pick: Pick): number {
    return 2 + pick(this.rows(file).length - 1);
  }

  /** One line written as given. */
  withLine(...[file, line, text]: [ImportFile, line: number, text: string | Buffer]): Files {
    const lines = this.rows(file).map((row) => Buffer.from(`${row.join(',')}\n`));
    lines[line - 1] = Buffer.concat([Buffer.from(text), Buffer.from('\n')]);
    return this.with(file, Buffer.concat(lines));
  }

  /** One field written as given. */
  withField(at: { file: ImportFile; line: number; column: string }, text: string): Files {
    const rows = this.rows(at.file);
    const row = [...(rows[at.line - 1] ?? [])];
    row[rows[0]?.indexOf(at.column) ?? -1] = text;
    return this.withLine(at.file, at.line, row.join(','));
  }

  /** One file as given, or gone. */
  with(file: ImportFile, text: string | Buffer | undefined): Files {
    const { [file]: _, ...others } = this.files;
    return text === undefined ? others : { ...others, [file]: Buffer.from(text) };
  }
}
