import { execFileSync } from 'node:child_process';
import { packageRoot } from '../../workers/package-root';
import { sourceHook } from './server-child';

const program = './makewhole ';
const word = /^ ?(?:"[^"]*"|'[^']*'|[^\s"']+)+/;
/** Where a sentence, a column or another program goes on; no word of a command is like that. */
const other = /^[#|<>&·│(]/;
const stop = /[`.,;:)]+$/;

/** Every command line that a text names, without what stands behind it. */
export function commandsIn(text: string): string[] {
  const lines = text.replace(/\s*\\\n\s*/g, ' ').split('\n');
  return lines.flatMap((line) => line.split(program).slice(1).map(commandAtStart));
}

function commandAtStart(text: string): string {
  const words: string[] = [];
  for (let rest = text; ;) {
    const found = word.exec(rest)?.[0] ?? '';
    const bare = found.trim().replace(/`.*$/, '`').replace(stop, '');
    if (bare === '' || other.test(bare)) return words.join(' ');
    words.push(bare);
    if (bare !== found.trim()) return words.join(' ');
    rest = rest.slice(found.length);
  }
}

/** What the command's own parser says against each line, beside it; none where it takes all. */
export function unreadable(lines: readonly string[]): { line: string; flaw: string }[] {
  const program = `${sourceHook}\nrequire('./test/support/read-commands.ts');`;
  const given = { cwd: packageRoot(), input: JSON.stringify(lines), encoding: 'utf8' } as const;
  const said = execFileSync(process.execPath, ['-e', program], given);
  const flaws = JSON.parse(said) as (string | null)[];
  return flaws.flatMap((flaw, at) => (flaw === null ? [] : [{ line: lines[at] ?? '', flaw }]));
}
