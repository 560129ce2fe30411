import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

let found: string | undefined;

function isMakewhole(folder: string): boolean {
  const path = join(folder, 'package.json');
  if (!existsSync(path)) return false;
  const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'name' in parsed
    ? parsed.name === 'makewhole'
    : false;
}

/**
 * The folder of Makewhole's own package.json, the same from the sources and from `dist/`, so that
 * migrations, templates and policies are read in place and never copied.
 *
 * Ensures: it throws where no folder above this file is Makewhole's.
 */
export function packageRoot(): string {
  if (found !== undefined) return found;
  let folder = __dirname;
  while (!isMakewhole(folder)) {
    const parent = dirname(folder);
    if (parent === folder) {
      throw new Error(
        `No package.json named "makewhole" at or above ${__dirname}: incomplete copy?`,
      );
    }
    folder = parent;
  }
  found = folder;
  return folder;
}
