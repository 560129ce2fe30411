import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const place = 'scripts/checks/size-baseline.json';
const rulesOfSize = new Set(['max-lines', 'house/function-size']);

/** The size baseline lists what was too long when it was made: it holds sizes only and shrinks. */
export function suppressionFaults(folder) {
  const path = join(folder, place);
  if (!existsSync(path)) return [];
  const now = countsOf(readFileSync(path, 'utf8'));
  const strange = [...now.keys()]
    .filter((rule) => !rulesOfSize.has(rule))
    .map((rule) => `${place}:1 house/baseline: ${rule} is mended, never put on the baseline`);
  const before = committedVersions(folder).map(countsOf);
  const grown = [...now]
    .map(([rule, count]) => [rule, count, Math.min(...before.map((each) => each.get(rule) ?? 0))])
    .filter(([, count, least]) => count > least)
    .map(([rule, count, least]) => {
      return `${place}:1 house/baseline: ${rule} grew from ${least} to ${count}; it only shrinks`;
    });
  return [...strange, ...grown];
}

/** How often each rule is let pass, over all files. */
function countsOf(text) {
  const counts = new Map();
  for (const rules of Object.values(JSON.parse(text))) {
    for (const [rule, { count }] of Object.entries(rules)) {
      counts.set(rule, (counts.get(rule) ?? 0) + count);
    }
  }
  return counts;
}

function committedVersions(folder) {
  const git = (...args) => {
    const stdio = ['ignore', 'pipe', 'ignore'];
    try {
      return execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio });
    } catch {
      return ''; // No history here, or the file was deleted in that commit: nothing to compare.
    }
  };
  const commits = git('log', '--format=%h', '--', place).split('\n').filter(Boolean);
  return commits.map((commit) => git('show', `${commit}:./${place}`)).filter(Boolean);
}
