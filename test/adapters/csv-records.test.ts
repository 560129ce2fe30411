import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { csvRecords, type StoppingFault } from '../../scripts/import/csv-records';
import type { TextRecord } from '../../scripts/import/records';
import { allOf } from '../support/all-of';

const folder = mkdtempSync(join(tmpdir(), 'makewhole-csv-'));
const path = join(folder, 'any.csv');
afterAll(() => rmSync(folder, { recursive: true }));

async function read(text: string | Buffer) {
  writeFileSync(path, text);
  const stops: StoppingFault[] = [];
  const blocks = await allOf(csvRecords(path, (fault) => stops.push(fault)));
  return { records: blocks.flat(), stops };
}

type Parsed = { record: string[]; info: { lines: number } };

/** The same by a library; undefined where it refuses. */
function byLibrary(text: string): TextRecord[] | undefined {
  const record_delimiter = ['\r\n', '\n'];
  const lenient = { relax_column_count: true, skip_empty_lines: true };
  try {
    const all = parse(text, { bom: true, info: true, record_delimiter, ...lenient });
    return (all as unknown as Parsed[]).map(({ record, info }) => {
      return { line: info.lines - record.join('').split('\n').length + 1, values: record };
    });
  } catch {
    return undefined;
  }
}

const plain = ['a', 'é', ' ', ',', ',', '\n', '\r\n', '\ufeff'];
const pieces = [...plain, '"', '"', '""', '"a"', '",', ',"'];

describe('records of a CSV file', () => {
  it('are those of csv-parse, with their lines, for 400 texts; refused is the same', async () => {
    const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 30 });
    const law = fc.asyncProperty(texts, async (all) => {
      const text = all.join('');
      const { records, stops } = await read(text);
      const expected = byLibrary(text);
      expect(stops).toHaveLength(expected === undefined ? 1 : 0);
      const values = ({ values: texts }: TextRecord) => texts;
      if (expected !== undefined) expect(records.map(values)).toEqual(expected.map(values));
      // The library counts no line that ends in CRLF within quotes.
      if (expected !== undefined && !text.includes('\r')) expect(records).toEqual(expected);
    });
    await fc.assert(law, { numRuns: 400, seed: 2026 });
  });

  it('are the same where blocks of 32 KiB end in the middle of one, 20,000 rows', async () => {
    const rest = 'y'.repeat(40);
    const rows = Array.from({ length: 20_000 }, (_, row) => `${row},"x, ""${row}""\n${rest}"`);
    const { records, stops } = await read(rows.join('\n'));
    expect(stops).toEqual([]);
    expect(records).toHaveLength(20_000);
    expect(records.at(-1)).toEqual({
      line: 39_999,
      values: ['19999', `x, "19999"\n${'y'.repeat(40)}`],
    });
  });

  it.each([
    ['UTF-16', Buffer.from('\ufeffa,b\n', 'utf16le'), 1, /looks like UTF-16/],
    ['a byte that is none on line 3', Buffer.from('a\nb\n\xffc\n', 'latin1'), 3, /UTF-8$/],
    ['a quote that stands open from line 2', 'a\n"b\nc\nd', 2, /closing quote/],
    ['70,000 characters in a row', `a\n${'b'.repeat(70_000)}\n`, 2, /65536 characters/],
    ['2 MiB without a line end', `a\n${'b'.repeat(1 << 21)}`, 2, /65536 characters/],
  ])('end at %s, said once', async (_, text, line, reason) => {
    const { stops } = await read(text);
    expect(stops).toHaveLength(1);
    expect(stops[0]).toMatchObject({ line, reason: expect.stringMatching(reason) as string });
  });
});
