import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it that are missing; what the file system says of one that cannot
 * be made is thrown as it is.
 *
 * Method: step by step; in /proc and the like Node's own recursive way goes round for ever.
 */
export function makeFolder(path: string, { mode }: { mode?: number } = {}): void {
  if (existsSync(path)) return;
  makeFolder(dirname(resolve(path)), mode === undefined ? {} : { mode });
  try {
    mkdirSync(path, mode);
  } catch (error) {
    if (!existsSync(path)) throw error; // Else somebody has just made it.
  }
}
