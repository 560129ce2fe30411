import { readFileSync } from 'node:fs';
import { parse, printParseErrorCode, visit, type ParseError } from 'jsonc-parser';
import { rejected } from './signing-options';

/**
 * Reads a filled form: JSON, with comments and commas at the end of lists as people leave them.
 *
 * @throws INPUT_INVALID (rejected) when it is no such file; the message names line and column.
 */
export function readForm(file: string): Record<string, unknown> {
  const text = readText(file);
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined) {
    const what = printParseErrorCode(error.error).replace(/([a-z])([A-Z])/g, '$1 $2');
    const where = `${placeOf(text, error.offset)}: ${what.toLowerCase()}`;
    throw rejected(`expected one JSON object, comments allowed; ${where}`, file);
  }
  const twice = repeatedName(text);
  if (twice !== undefined) throw rejected(`${twice}: answered twice; keep one`, file);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw rejected('expected one JSON object with an answer to each question', file);
}

function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw rejected(`expected a file with a filled form: ${why}`, file);
  }
}

/** The last of two answers would count, and nobody would know of the first. */
function repeatedName(text: string): string | undefined {
  const open: Set<string>[] = [];
  let twice: string | undefined;
  visit(text, {
    onObjectBegin: () => void open.push(new Set()),
    onObjectEnd: () => void open.pop(),
    onObjectProperty(name, offset) {
      if (open.at(-1)?.has(name)) twice ??= `${placeOf(text, offset)}, ${name}`;
      open.at(-1)?.add(name);
    },
  });
  return twice;
}

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${String(before.length)}, column ${String((before.at(-1) ?? '').length + 1)}`;
}
