import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const skipped = new Set(['node_modules', 'dist', 'coverage', '.git', '.makewhole']);
skipped.add('test/house/.samples');

/** Every file below `folder` that somebody wrote here, sorted, as paths relative to it. */
export function sourceFiles(folder, below = '') {
  const entries = readdirSync(join(folder, below), { withFileTypes: true });
  const files = entries.flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (skipped.has(entry.name) || skipped.has(path)) return [];
    if (entry.isDirectory()) return sourceFiles(folder, path);
    return entry.isFile() ? [path] : [];
  });
  return files.sort();
}
