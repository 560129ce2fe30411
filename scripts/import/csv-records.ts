import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import type { TextRecord } from './records';
import { wholeLines } from './whole-lines';

const chunkBytes = 1 << 15;
const recordLengthMax = 1 << 16;

/** What stops a file from being read on, and on which line. */
export type StoppingFault = { readonly line: number; readonly reason: string };

const quoting = 'expected quotes around whole fields, with quotes inside doubled';
const unclosed = 'expected a closing quote, found the end of the file';
const tooLong = `expected rows of at most ${recordLengthMax} characters; is a quote open?`;
const utf16 = 'expected text in UTF-8, found what looks like UTF-16; export it as UTF-8';

/**
 * Reads a CSV file as records, a block at a time: RFC 4180 in UTF-8, with or without a byte order
 * mark, lines ending in LF or CRLF, empty lines left out.
 *
 * Ensures: a file that cannot be read on ends there, after `stop` was told where and why.
 */
export async function* csvRecords(
  path: string,
  stop: (fault: StoppingFault) => void,
): AsyncGenerator<TextRecord[], undefined> {
  const reader = new RecordReader();
  const file = createReadStream(path, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>;
  const onTooLong = () => stop({ line: reader.line, reason: tooLong });
  for await (const bytes of wholeLines(file, onTooLong)) {
    if (!isUtf8(bytes)) {
      const line = reader.line + linesBeforeBroken(bytes);
      const marked = reader.line === 1 && ['fffe', 'feff'].includes(bytes.toString('hex', 0, 2));
      stop({ line, reason: marked ? utf16 : 'expected text in UTF-8' });
      return undefined;
    }
    const { records, fault } = reader.read(bytes.toString('utf8'));
    if (records.length > 0) yield records;
    if (fault !== undefined) {
      stop(fault);
      return undefined;
    }
  }
  if (reader.open !== undefined) stop({ line: reader.open, reason: unclosed });
  return undefined;
}

type Block = { records: TextRecord[]; fault?: StoppingFault };

/** Cuts blocks of whole lines into records; a field with line breaks in it may span blocks. */
class RecordReader {
  /** The line the next block begins on. */
  line = 1;
  #begun: { line: number; text: string } | undefined;

  /** The line on which a quote stands open. */
  get open(): number | undefined {
    return this.#begun?.line;
  }

  read(text: string): Block {
    const lines = (this.line === 1 && text.startsWith('\ufeff') ? text.slice(1) : text).split('\n');
    if (text.endsWith('\n')) lines.pop();
    const records: TextRecord[] = [];
    for (const part of lines) {
      const line = this.#begun?.line ?? this.line;
      const whole = this.#begun === undefined ? part : `${this.#begun.text}\n${part}`;
      this.line += 1;
      if (whole.length > recordLengthMax) return { records, fault: { line, reason: tooLong } };
      const values = fieldsOf(whole.endsWith('\r') ? whole.slice(0, -1) : whole);
      if (values === 'broken') return { records, fault: { line, reason: quoting } };
      this.#begun = values === 'open' ? { line, text: whole } : undefined;
      if (values !== 'open' && values !== 'empty') records.push({ line, values });
    }
    return { records };
  }
}

/** The fields of a record; `open` when a quote is at its end: the next line belongs to it. */
function fieldsOf(text: string): string[] | 'open' | 'broken' | 'empty' {
  if (text === '') return 'empty';
  return text.includes('"') ? quotedFields(text) : text.split(',');
}

function quotedFields(text: string): string[] | 'open' | 'broken' {
  const fields: string[] = [];
  for (let at = 0; ; at += 1) {
    const isQuoted = text.startsWith('"', at);
    const end = isQuoted ? closingQuote(text, at + 1) : nextComma(text, at);
    if (end < 0) return 'open';
    const field = text.slice(isQuoted ? at + 1 : at, end);
    if (!isQuoted && field.includes('"')) return 'broken';
    fields.push(isQuoted ? field.replaceAll('""', '"') : field);
    at = isQuoted ? end + 1 : end;
    if (at === text.length) return fields;
    if (text[at] !== ',') return 'broken';
  }
}

function nextComma(text: string, from: number): number {
  const at = text.indexOf(',', from);
  return at < 0 ? text.length : at;
}

function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return -1;
}

const newline = 0x0a;

/** How many lines stand before the one that is not UTF-8; no character has a newline in it. */
function linesBeforeBroken(block: Buffer): number {
  let [before, from] = [0, 0];
  for (let end = block.indexOf(newline); end >= 0; end = block.indexOf(newline, from)) {
    if (!isUtf8(block.subarray(from, end))) return before;
    [before, from] = [before + 1, end + 1];
  }
  return before;
}
