import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pasteable } from '../../scripts/printed-commands';
import { packageRoot } from '../../workers/package-root';
import { commandsIn, unreadable } from '../support/printed-commands';

const folders = ['scripts', 'templates', 'activities', 'adapters', 'domain', 'workers', 'docs'];

function filesBelow(folder: string): string[] {
  return readdirSync(join(packageRoot(), folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|md|hbs)$/.test(name))
    .map((name) => join(folder, name));
}

/** A source as its texts are printed: a word for what is put in, nothing of the code behind. */
const textOf = (file: string) =>
  readFileSync(join(packageRoot(), file), 'utf8')
    .replace(/' \|\| team\b/g, 'engineering') // SQL that puts a command together.
    .replace(/' \|\| \$\d \|\| '/g, 'INC-2026-0042')
    .replace(/\$\{team\}/g, 'engineering')
    .replace(/\$\{subject\} \$\{quoted\(id\)\} \$\{given\}/g, 'deal X --set A=B --source S --as P')
    .replace(/\$\{[^}]*\}/g, 'X')
    .replace(/['`][,;)\]}][^\n]*$/gm, '')
    .replace(/['`](?: \+)?$/gm, '')
    .replace(/^.*…$/gm, '') // Cut to a page's width.
    .replace(/\\`/g, '`')
    .replace(/\\n/g, '\n')
    .replace(/\\\\$/gm, '\\');

/** Words that are put together elsewhere; a played incident's output has them whole. */
const isWhole = (line: string) => !line.startsWith('X') && !line.endsWith('X X');

describe('the commands that are printed', () => {
  it('can each be pasted: none has a word or an option too many, or misses 1', () => {
    const files = [...folders.flatMap(filesBelow), 'README.md'];
    const printed = new Set(files.flatMap((file) => commandsIn(textOf(file)).filter(isWhole)));
    expect(unreadable([...printed])).toEqual([]);
    expect(printed.size).toBeGreaterThan(100);
  });

  it('are called as 1 command was: by its path, on its state folder', () => {
    const text = 'See "./makewhole plan INC-2026-0042", or ./makewhole people list.';
    const called = { program: '../mw/makewhole', state: "it's here" };
    const there = `../mw/makewhole --state 'it'\\''s here'`;
    expect(pasteable(text, called)).toBe(
      `See "${there} plan INC-2026-0042", or ${there} people list.`,
    );
    expect(pasteable(text, { program: './makewhole', state: undefined })).toBe(text);
    const named = 'Stop it with: ./makewhole down --state there';
    expect(pasteable(named, called)).toBe(named);
  });
});
