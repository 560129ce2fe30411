import { gzipSync } from 'node:zlib';
import type { ImportFile } from '../../../contracts/import-row';
import { oneOf, type CsvGrid, type Files, type Malformed, type Place, type Pick } from './csv-grid';

const files = ['deals.csv', 'investors.csv', 'commitments.csv', 'payment-details.csv'] as const;
const required = files.slice(0, 3);

type Broken = { files: Files; place: Place };
type Mutation = (grid: CsvGrid, pick: Pick) => Broken;

/** Another line in place of one that is right. */
const line =
  (change: (text: string, row: string[]) => string | Buffer, column?: string): Mutation =>
  (grid, pick) => {
    const file = oneOf(pick, files);
    const at = grid.line(file, pick);
    const row = grid.rows(file)[at - 1] ?? [];
    const place = { file, line: at, ...(column === undefined ? {} : { column }) };
    return { files: grid.withLine(file, at, change(row.join(','), row)), place };
  };

/** A line more, at the end of a file. */
const last =
  (...[file, text, column]: [ImportFile, (grid: CsvGrid) => string, string]): Mutation =>
  (grid) => {
    const place = { file, line: grid.rows(file).length + 1, column };
    return { files: grid.with(file, `${grid.texts[file]}${text(grid)}\n`), place };
  };

/** Another line of headers. */
const header =
  (change: (names: string[], pick: Pick) => string[]): Mutation =>
  (grid, pick) => {
    const file = oneOf(pick, files);
    const names = change([...(grid.rows(file)[0] ?? [])], pick);
    return { files: grid.withLine(file, 1, names.join(',')), place: { file, line: 1 } };
  };

/** Another file altogether. */
const whole =
  (at: number, change: (text: string) => string | Buffer | undefined): Mutation =>
  (grid, pick) => {
    const file = oneOf(pick, required);
    return { files: grid.with(file, change(grid.texts[file])), place: { file, line: at } };
  };

const again =
  (file: ImportFile, key: string): Mutation =>
  (grid, pick) =>
    last(file, () => (grid.rows(file)[grid.line(file, pick) - 1] ?? []).join(','), key)(grid, pick);

const invalid = Buffer.from([0x41, 0xff, 0x42]);

/** Ways in which rows, headers and files are wrong, by name. */
export const fileFaults: Readonly<Record<string, Mutation>> = {
  'a row cut short': line((text) => text.slice(0, text.lastIndexOf(',')), ''),
  'a row with a field more': line((text) => `${text},`, ''),
  'a row of semicolons': line((text) => text.replaceAll(',', ';'), ''),
  'a row of tabs': line((text) => text.replaceAll(',', '\t'), ''),
  'a row of 70,000 characters': line((text) => `${text}${'x'.repeat(70_000)}`, ''),
  'a row of 2 MiB': line((text) => `${text}${'x'.repeat(1 << 21)}`, ''),
  'a quote inside a field': line((_, row) => row.map((field) => `${field}"`).join(','), ''),
  'text after a quote': line((_, row) => row.map((field) => `"${field}"x`).join(','), ''),
  'a quote left open': line((text) => `"${text}`, ''),
  'bytes that are no UTF-8': line((text) => Buffer.concat([Buffer.from(text), invalid]), ''),
  'Latin-1': line((text) => Buffer.from(`${text}é`, 'latin1'), ''),
  'NUL bytes': line((_, row) => row.map((field) => `${field}\0`).join(',')),
  'a lone carriage return': line((_, row) => row.map((field) => `${field}\rx`).join(',')),
  'a mark of byte order in the middle': line((text) => `\ufeff${text}`),
  'spaces instead of a row': line(() => '    ', ''),
  'another row of headers': (grid, pick) => {
    const file = oneOf(pick, files);
    const names = (grid.rows(file)[0] ?? []).join(',');
    const at = grid.line(file, pick);
    return { files: grid.withLine(file, at, names), place: { file, line: at } };
  },
  'a deal twice': again('deals.csv', 'deal_id'),
  'an investor twice': again('investors.csv', 'investor_id'),
  'a commitment twice': again('commitments.csv', 'investor_id'),
  'payment details twice': again('payment-details.csv', 'investor_id'),
  'a commitment of no deal': last('commitments.csv', () => 'NONE,P1,1,,1', 'deal_id'),
  'a commitment of nobody': last(
    'commitments.csv',
    (grid) => `${grid.rows('deals.csv')[1]?.[0] ?? ''},Q1,1,,1`,
    'investor_id',
  ),
  'payment details of nobody': last('payment-details.csv', () => 'Q1,Q,,,,123456,', 'investor_id'),
  'an unknown column': header((names) => [...names.slice(0, -1), 'colour']),
  'a column missing': header((names) => names.slice(0, -1)),
  'a column twice': header((names, pick) => [
    ...names.slice(0, -1),
    oneOf(pick, names.slice(0, -1)),
  ]),
  'a name in capitals': header((names) => names.map((name) => name.toUpperCase())),
  'a space in a name': header((names) => names.map((name) => ` ${name}`)),
  'no headers': header((names) => names.map((_, index) => String(index))),
  'a file missing': whole(0, () => undefined),
  'an empty file': whole(1, () => ''),
  'a file of line ends': whole(1, () => '\n\n\n'),
  'UTF-16': whole(1, (text) => Buffer.from(`\ufeff${text}`, 'utf16le')),
  'a compressed file': whole(1, (text) => gzipSync(text)),
  JSON: whole(1, (text) => JSON.stringify({ text })),
  'NUL bytes only': whole(1, () => Buffer.alloc(5000)),
  '2 marks of byte order': whole(1, (text) => `\ufeff\ufeff${text}`),
  'semicolons everywhere': whole(1, (text) => text.replaceAll(',', ';')),
  'lines ending in CR alone': whole(1, (text) => text.replaceAll('\n', '\r')),
  'the file of something else': (grid, pick) => {
    const [one, other] = oneOf(pick, [
      [files[0], files[1]],
      [files[1], files[2]],
      [files[2], files[0]],
    ]);
    return { files: grid.with(one, grid.texts[other]), place: { file: one, line: 1 } };
  },
  'ids in each other’s columns': (grid, pick) => {
    const at = grid.line('commitments.csv', pick);
    const [deal, investor, ...amounts] = grid.rows('commitments.csv')[at - 1] ?? [];
    const text = [investor, deal, ...amounts].join(',');
    const place = { file: 'commitments.csv', line: at, column: 'deal_id' } as const;
    return { files: grid.withLine('commitments.csv', at, text), place };
  },
};

/** One of the above by name. */
export function wrongFile(grid: CsvGrid, ...[name, pick]: [name: string, pick: Pick]): Malformed {
  const mutation = fileFaults[name];
  if (mutation === undefined) throw new Error(`no mutation is called ${name}`);
  return { name, ...mutation(grid, pick) };
}
