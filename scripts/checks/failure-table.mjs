import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const codePattern = /^ {2}([A-Z][A-Z0-9_]*): \{ kind: '([a-z]+)'/;
const rowPattern = /^\| `([A-Z][A-Z0-9_]*)` *\| ([a-z]+) *\| +(\S.*?) *\| +(\S.*?) *\|$/;

const usedPattern = /\bcode: '([A-Z][A-Z0-9_]*)'/g;

/** The bank and the allocator stand in for other people's services, with codes of their own. */
const ownCodes = /^(test|bench|bank|allocator|adapters\/(bank|allocator))\//;

/** Codes that product code answers with though contracts/failures.ts does not know them. */
export function unknownCodeFaults(folder, files) {
  const known = entriesOf(folder, { file: 'contracts/failures.ts', pattern: codePattern });
  const ours = files.filter((file) => file.endsWith('.ts') && !ownCodes.test(file));
  return ours.flatMap((file) => {
    const lines = readFileSync(join(folder, file), 'utf8').split('\n');
    return lines.flatMap((line, index) => {
      const unknown = [...line.matchAll(usedPattern)].filter(([, code]) => !known.has(code));
      return unknown.map(([, code]) => {
        return `${file}:${index + 1} house/failure-known: ${code} is not in contracts/failures.ts`;
      });
    });
  });
}

/** Where contracts/failures.ts and docs/failures.md differ: each code, with its kind, in both. */
export function failureTableFaults(folder) {
  const code = { file: 'contracts/failures.ts', pattern: codePattern };
  const docs = { file: 'docs/failures.md', pattern: rowPattern };
  const inCode = entriesOf(folder, code);
  const inDocs = entriesOf(folder, docs);
  if (inCode.size === 0) return [`${code.file}:1 house/failures: no failure code found in it`];
  return [
    ...differences({ from: inCode, to: inDocs, file: code.file, missingIn: docs.file }),
    ...differences({ from: inDocs, to: inCode, file: docs.file, missingIn: code.file }),
  ];
}

function entriesOf(folder, { file, pattern }) {
  const path = join(folder, file);
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  const found = lines.map((line, index) => ({ match: pattern.exec(line), line: index + 1 }));
  const rows = found.filter(({ match }) => match !== null);
  return new Map(rows.map(({ match, line }) => [match[1], { kind: match[2], line }]));
}

function differences({ from, to, file, missingIn }) {
  return [...from].flatMap(([code, { kind, line }]) => {
    const other = to.get(code);
    if (other?.kind === kind) return [];
    const found = other ? `it is ${other.kind} there` : 'it is missing there';
    return [`${file}:${line} house/failures: ${code} (${kind}) differs in ${missingIn}: ${found}`];
  });
}
