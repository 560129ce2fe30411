import { oneOf, type CsvGrid, type Files, type Pick } from './csv-grid';

type Change = (bytes: Buffer, pick: Pick) => Buffer;

const between = (bytes: Buffer, ...[from, to, other]: [from: number, to: number, other: Buffer]) =>
  Buffer.concat([bytes.subarray(0, from), other, bytes.subarray(to)]);
const at = (bytes: Buffer, pick: Pick) => pick(bytes.length + 1);
const lines = (bytes: Buffer) => bytes.toString('latin1').split('\n');
const joined = (all: readonly string[]) => Buffer.from(all.join('\n'), 'latin1');
const pieces = ['"', '""', ',', '\n', '\r', '\r\n', '\0', '\ufeff', '\\N', '\\.', '\t', '\u2028'];

/** Ways to damage bytes without knowing what they say. */
const changes: Readonly<Record<string, Change>> = {
  'a bit flipped': (bytes, pick) => {
    const copy = Buffer.from(bytes);
    const place = pick(Math.max(bytes.length, 1));
    if (place < copy.length) copy[place] = (copy[place] ?? 0) ^ (1 << pick(8));
    return copy;
  },
  'a byte for any other': (bytes, pick) => {
    const from = at(bytes, pick);
    return between(bytes, from, from + 1, Buffer.of(pick(256)));
  },
  'bytes cut out': (bytes, pick) => {
    const from = at(bytes, pick);
    return between(bytes, from, from + 1 + pick(60), Buffer.alloc(0));
  },
  'the end cut off': (bytes, pick) => bytes.subarray(0, at(bytes, pick)),
  'something put in': (bytes, pick) => {
    const from = at(bytes, pick);
    return between(bytes, from, from, Buffer.from(oneOf(pick, pieces)));
  },
  'a piece repeated': (bytes, pick) => {
    const from = at(bytes, pick);
    return between(bytes, from, from, bytes.subarray(from, from + pick(200)));
  },
  'a line twice': (bytes, pick) => {
    const all = lines(bytes);
    return joined(all.toSpliced(pick(all.length), 0, oneOf(pick, all)));
  },
  'a line gone': (bytes, pick) => {
    const all = lines(bytes);
    return joined(all.toSpliced(pick(all.length), 1));
  },
  'fields of a row turned round': (bytes, pick) => {
    const all = lines(bytes);
    const place = pick(all.length);
    return joined(all.with(place, (all[place] ?? '').split(',').reverse().join(',')));
  },
  'a column of the headers renamed': (bytes, pick) => {
    const [head = '', ...rest] = lines(bytes);
    const names = head.split(',');
    const other = oneOf(pick, [...names, 'x', '']);
    return joined([names.with(pick(names.length), other).join(','), ...rest]);
  },
  'another encoding': (bytes, pick) =>
    Buffer.from(bytes.toString('utf8'), oneOf(pick, ['latin1', 'utf16le'] as const)),
  'other line ends': (bytes, pick) =>
    Buffer.from(bytes.toString('latin1').replaceAll('\n', oneOf(pick, ['\r\n', '\r'])), 'latin1'),
};

/** Files damaged in one to three ways by seed, and what was done to them. */
export function fuzzed(grid: CsvGrid, pick: Pick): { name: string; files: Files } {
  const { files } = grid;
  const done: string[] = [];
  for (let left = 1 + pick(3); left > 0; left -= 1) {
    const file = oneOf(pick, Object.keys(files));
    const name = oneOf(pick, Object.keys(changes));
    files[file] = changes[name]?.(files[file] ?? Buffer.alloc(0), pick);
    done.push(`${file}: ${name}`);
  }
  return { name: done.join('; '), files };
}
