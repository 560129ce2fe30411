import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const house = join(__dirname, '.samples');

/** `file:line rule` for what stands on a line, `file rule` for what has none. */
interface Finding {
  readonly place: string;
  readonly rule: string;
}

describe('the checks, run over a small house in which each rule is broken', () => {
  const marks = readMarks();

  it('report every dependency that the table of folders forbids, and no other', () => {
    const reported = linesOf('scripts/checks/imports.mjs').flatMap((line) => {
      const [, place = '', rule = ''] = /^(\S+): (imports\/[^:]+): /.exec(line) ?? [];
      return rule === '' ? [] : [{ place, rule }];
    });
    expect(listed(reported)).toEqual(listed(marksOf(marks, /^imports\//)));
  });

  it('report every planted fault in the syntax on its line, and nothing else', () => {
    const reported = eslintFindings();
    const notOurs = /^imports\/|^house\/(columns|failures|failure-known|migration-)/;
    const expected = marks.filter(({ rule }) => !notOurs.test(rule));
    expect(expected.length).toBeGreaterThan(40);
    expect(listed(reported)).toEqual(listed(expected));
  });

  it('report every line, failure code and migration that breaks a habit of the house', () => {
    const reported = linesOf('scripts/checks/house.mjs').flatMap((line) => {
      const [, place = '', rule = ''] = /^(\S+) (house\/[^:]+): /.exec(line) ?? [];
      return rule === '' ? [] : [{ place, rule }];
    });
    const ours = /^house\/(columns|failures|failure-known|migration-)/;
    expect(listed(reported)).toEqual(listed(marksOf(marks, ours)));
  });
});

function eslintFindings(): Finding[] {
  const config = join(root, 'eslint.config.mjs');
  const args = ['--config', config, '--format', 'json', '.'];
  const { stdout } = run(join(root, 'node_modules/eslint/bin/eslint.js'), args);
  const files = JSON.parse(stdout) as {
    filePath: string;
    messages: { ruleId: string | null; line: number }[];
  }[];
  return files.flatMap(({ filePath, messages }) =>
    messages.map(({ ruleId, line }) => ({
      place: `${filePath.slice(house.length + 1)}:${line}`,
      rule: ruleId ?? 'no-inline-config',
    })),
  );
}

/** What the sample files themselves say must be flagged in them. */
function readMarks(): Finding[] {
  const files = readdirSync(house, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(ts|mjs|sql|md)$/.test(name),
  );
  return files
    .filter((file) => file !== 'README.md')
    .flatMap((file) =>
      readFileSync(join(house, file), 'utf8')
        .split('\n')
        .flatMap((text, index) => marksOn({ file, text, line: index + 1 })),
    );
}

function marksOn({ file, text, line }: { file: string; text: string; line: number }): Finding[] {
  const mark = /flagged( below| in this file)?: ([\w@/, -]+\w)/.exec(text);
  if (mark === null) return [];
  const [, where, rules = ''] = mark;
  const below = where === ' below' ? 1 : 0;
  const place = where === ' in this file' ? file : `${file}:${line + below}`;
  return rules.split(', ').map((rule) => ({ place, rule }));
}

function marksOf(marks: readonly Finding[], pattern: RegExp): Finding[] {
  return marks.filter(({ rule }) => pattern.test(rule));
}

function listed(findings: readonly Finding[]): string[] {
  return [...new Set(findings.map(({ place, rule }) => `${place} ${rule}`))].sort();
}

function linesOf(script: string): string[] {
  const { stdout, status } = run(join(root, script), []);
  expect(status).toBe(1);
  return stdout.split('\n');
}

function run(script: string, args: readonly string[]): { stdout: string; status: number | null } {
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, ...args], {
    cwd: house,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status === null || status > 1) throw new Error(`${script} broke:\n${stdout}${stderr}`);
  return { stdout, status };
}
